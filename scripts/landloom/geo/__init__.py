"""Geometry: grids, windows, rasters, vectors and the ownership of overlapping ground."""
