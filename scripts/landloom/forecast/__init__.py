"""What a run will cost before it starts, and how long it will still take while it works."""
