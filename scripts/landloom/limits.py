"""How far things may go, and how much they take: numbers that modules share which do not import each other."""

FARTHEST = 1e9
"""Whatever the unit of a CRS, nothing on Earth has larger coordinates; squares of far larger ones overflow."""

NO_PERCENT = 255
"""In layers of percentages of which 0 is one: where nothing is classified."""

SAMPLES_AT_ONCE = 2**15
"""Samples that are written together, and copied for that."""

OUTPUT_BLOCK_PX = 256
"""Side of the blocks in which rasters are written."""

BASE_MB = 800
"""What a job needs beside its windows: Python and its libraries, GDAL's cache, models, the features in work."""

BYTES_PER_PIXEL = 20
"""What a pixel of a window needs beside the series: region, positions."""


def samples_bytes(samples: int, features: int) -> int:
    """Return the memory that samples take while their features are read, and then written some rows at a time."""
    return samples * (2 * features + 200) + SAMPLES_AT_ONCE * 10 * features
