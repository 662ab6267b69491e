"""Maps: classification of tiles to layers, mosaics of tiles."""
