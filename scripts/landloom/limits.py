"""How far things may go before they are something else: shared by what reads vectors and what reads rasters."""

FARTHEST = 1e9
"""Whatever the unit of a CRS, nothing on Earth has larger coordinates; squares of far larger ones overflow."""
