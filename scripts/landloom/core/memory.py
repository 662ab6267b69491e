"""Memory of jobs: constants that determine the size of windows, never the content of a product."""

from landloom.core.stored_values import SAMPLES_AT_ONCE

BASE_MB = 800
"""Memory of a job apart from its windows: Python and its libraries, GDAL's cache, models, the current features."""

BYTES_PER_PIXEL = 20
"""Memory of a pixel of a window apart from the series: region, positions."""

FILTERED_BYTES = 12
"""Memory of an observation of a pixel while radar is filtered: of one band, stored numbers, power, decibels."""

CARD_MB = 1000
"""Memory of the host that a job takes for a graphics card: driver, compiler, buffers (not measured on a card)."""


def samples_bytes(samples: int, features: int) -> int:
    """Return the memory of samples while their features are read, then written in batches of rows."""
    return samples * (2 * features + 200) + SAMPLES_AT_ONCE * 10 * features
