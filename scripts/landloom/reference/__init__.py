"""Reference polygons: cleaned, split, burnt into pixels."""
