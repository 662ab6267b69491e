"""Stored values: what the numbers in windows, samples and rasters mean."""

NODATA = -10000
"""Stored value of a reflectance that is not known; reflectances are int16, times 10000."""

REFLECTANCE_SCALE = 10000
"""Stored value of the reflectance 1."""

SAMPLES_AT_ONCE = 2**15
"""Samples that are written together, and copied for that."""
