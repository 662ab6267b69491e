"""Stored values: scale and nodata of the integers in windows, samples and rasters."""

NODATA = -10000
"""Stored value of a missing reflectance; reflectances are int16, times 10000."""

LEAST, GREATEST = -9999, 32767
"""Ends of the range of stored values: values beyond are clipped to them, so that none equals nodata."""

REFLECTANCE_SCALE = 10000
"""Stored value of the reflectance 1."""

DECIBEL_SCALE = 100
"""Stored value of 1 dB of backscatter."""

SAMPLES_AT_ONCE = 2**15
"""Number of samples that are copied and written at a time."""
