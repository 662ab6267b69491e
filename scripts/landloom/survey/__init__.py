"""What an archive holds of a tile, whether it is whole, and where it lies."""
