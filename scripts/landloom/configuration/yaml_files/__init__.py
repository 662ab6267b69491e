"""What YAML means in ways that surprise: numbers read as text, keys given twice, aliases that grow."""
