"""How fine radar images are made: read while Snakemake plans, so nothing heavy is imported here."""

import math

WIDEST_M = 12.0
"""Widest facet, in metres on the ground, whose area fills the pixels of an image of 10 m evenly: of facets of 13 m,
sums of areas begin to differ from pixel to pixel."""

_NOISE = 1e-6


def times_finer(pixel_m: float) -> int:
    """Return how many pixels along each side of a grid's pixels images are made on; 1: on the grid itself.

    Parameters
    ----------
    pixel_m : float
        Side of the grid's pixels in metres on the ground.
    """
    return max(math.ceil(pixel_m / WIDEST_M - _NOISE), 1)
