"""Memory that tables of samples take."""

SAMPLES_AT_ONCE = 2**15
"""Samples that are written together, and copied for that."""


def samples_bytes(samples: int, features: int) -> int:
    """Return the memory that samples take while their features are read, and then written some rows at a time."""
    return samples * (2 * features + 200) + SAMPLES_AT_ONCE * 10 * features
