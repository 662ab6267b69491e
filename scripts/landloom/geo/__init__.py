"""Where things lie: grids, windows, rasters, vectors, and which tile owns which ground."""
