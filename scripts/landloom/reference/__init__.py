"""Reference polygons: cleaning, split into training and test, rasterisation."""
