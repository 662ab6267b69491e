"""Geometry and radiometry of radar images: from orbit and tables to backscatter on a tile's grid, and speckle."""
