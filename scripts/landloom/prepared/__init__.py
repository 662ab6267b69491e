"""Prepared images: a copy of each acquisition on its tile's grid, read in place of its product."""
