"""Layers of a map."""

NO_PERCENT = 255
"""In layers of percentages of which 0 is one: where nothing is classified."""
