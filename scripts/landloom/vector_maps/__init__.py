"""Vector maps: regularised rasters, and polygons of them without gaps or overlaps."""
