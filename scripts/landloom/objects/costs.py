"""Memory that objects need: read while Snakemake plans, so nothing heavy is imported here."""

SMALLEST_SIDE_PX = 10
"""Objects are taken to be this wide where nothing is known of them."""

ROWS = 512
"""Rows of a window whose objects are summed at a time."""

SUM_BYTES = 24
"""Memory of the sums of a feature of an object."""


def sums_mb(columns: int, features: int) -> float:
    """Return the memory of the sums of all objects in a row of windows of a tile.

    Parameters
    ----------
    columns : int
        Of the tile.
    features : int
        Features of pixels.
    """
    side_by_side = (columns / SMALLEST_SIDE_PX + 1) * (ROWS / SMALLEST_SIDE_PX + 3)
    return side_by_side * features * SUM_BYTES / 1e6


def predictions_mb(pixels: int, runs: int, classes: int) -> float:
    """Return the memory of the predictions of all objects of a tile, twice while they are sorted."""
    return pixels / SMALLEST_SIDE_PX**2 * (16 + 8 * runs * classes) / 1e6


def polygons_mb(size_mb: float) -> float:
    """Return the memory of a vector file's polygons, all of which are read: of their size in the file, packed."""
    return 8 * size_mb
