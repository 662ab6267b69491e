"""From models to layers, from tiles to mosaics."""
