"""Memory that jobs need: numbers that decide how large windows are, and never what stands in a product."""

from landloom.core.stored_values import SAMPLES_AT_ONCE

BASE_MB = 800
"""What a job needs beside its windows: Python and its libraries, GDAL's cache, models, the features in work."""

BYTES_PER_PIXEL = 20
"""What a pixel of a window needs beside the series: region, positions."""


def samples_bytes(samples: int, features: int) -> int:
    """Return the memory that samples take while their features are read, and then written some rows at a time."""
    return samples * (2 * features + 200) + SAMPLES_AT_ONCE * 10 * features
