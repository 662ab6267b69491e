"""Feature vectors: names, formulas, layout, and the pipeline of a tile that fills them."""
