"""Calibration and thermal noise of the demonstration's radar images: tables of a product, and the noise itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landloom.demo.radar.frame import Frame, nearest_record
from landloom.demo.radar.orbit import angles_deg, seen

BETA_GAIN = 474.0
"""A of beta nought, one number."""

VECTOR_STEP_PX, CALIBRATION_STEP_LINES, NOISE_STEP_LINES, FACTOR_STEP_LINES = 40, 667, 700, 50
NOISE_SIGMA0_DB = (-24.5, -29.0)
"""Noise-equivalent sigma nought at the sides of a swath and in its middle."""

SWATHS = ("IW2", "IW3")


@dataclass(frozen=True)
class Tables:
    """What a product says of one image; noise is in squares of its numbers.

    Parameters
    ----------
    pixels
        Where vectors have values, shape (places,).
    sigma, beta, gamma
        A of each, shape (places,), the same of all lines.
    noise
        Across the range, shape (places,), the same of all lines.
    edges
        First pixels of the swaths, and the one after the last.
    factor_lines
        Where the azimuth factors are known, shape (factors,).
    factors
        Of each swath, shape (swaths, factors).
    """

    pixels: NDArray[np.int64]
    sigma: NDArray[np.float64]
    beta: NDArray[np.float64]
    gamma: NDArray[np.float64]
    noise: NDArray[np.float64]
    edges: tuple[int, ...]
    factor_lines: NDArray[np.int64]
    factors: NDArray[np.float64]


def tables_of(frame: Frame) -> Tables:
    """Return the tables of a frame."""
    pixels = _axis(frame.samples, VECTOR_STEP_PX)
    middle = np.full(len(pixels), (frame.start_s + frame.end_s) / 2)
    ranges = nearest_record(frame, middle, pixels.astype(np.float64))
    points = seen(frame.circle, middle, ranges, np.full(len(pixels), frame.height_m))
    incidence = np.radians(angles_deg(frame.circle.states(middle)[0], points)[0])
    sigma, gamma = (BETA_GAIN / np.sqrt(part) for part in (np.sin(incidence), np.tan(incidence)))
    beta = np.full(len(pixels), BETA_GAIN)
    edges = tuple(round(part * frame.samples / len(SWATHS)) for part in range(len(SWATHS) + 1))
    lines = _axis(frame.lines, FACTOR_STEP_LINES)
    # By the lines of the pass: slices agree.
    turns = (frame.first_line + lines) / 150.0
    factors = np.array([1.07 + 0.07 * np.cos(turns + swath) for swath in range(len(SWATHS))])
    # Twice across the swaths, from a side to the middle and to the other side.
    valley = np.cos(2 * np.pi * pixels / frame.samples * len(SWATHS))
    low, high = NOISE_SIGMA0_DB[1], NOISE_SIGMA0_DB[0]
    noise = 10 ** ((low + (high - low) * (1 + valley) / 2) / 10) * sigma**2
    return Tables(pixels, sigma, beta, gamma, noise, edges, lines, factors)


def _axis(size: int, step: int) -> NDArray[np.int64]:
    """Return places every some steps, and the last one."""
    return np.append(np.arange(0, size - 1, step), size - 1)


def noise_of(tables: Tables, lines: int, samples: int) -> NDArray[np.float64]:
    """Return the noise of each pixel as the tables have it, in squares of numbers, shape (lines, samples)."""
    across = np.interp(np.arange(samples), tables.pixels, tables.noise)
    along = np.empty((lines, samples))
    for swath, factors in enumerate(tables.factors):
        columns = slice(tables.edges[swath], tables.edges[swath + 1])
        along[:, columns] = np.interp(np.arange(lines), tables.factor_lines, factors)[:, None]
    return along * across
