"""Feature vectors: names, formulas, layout, and the tile pipeline that computes them."""
