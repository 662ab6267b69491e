"""Made-up data with the traits that decide the speed: smooth seasons, classes that overlap, clouds in patches.

All of it comes from a seed, so that every run of the benchmark, on any machine, has the same data.
"""

import numpy as np

DATES = 37
BANDS = 10
INDICES = 3
FEATURES = DATES * (BANDS + INDICES)
CLASSES = 17
LABEL_NOISE = 0.1
"""Share of the samples that carry the label of any class, as polygons drawn by hand do."""

SOIL = np.array([900, 1150, 1450, 1750, 1950, 2050, 2150, 2250, 2750, 2350], np.float32)
LEAVES = np.array([250, 550, 300, 900, 2900, 3600, 3900, 4000, 1900, 900], np.float32)
"""Reflectances x 10000 of Sentinel-2's B2 B3 B4 B5 B6 B7 B8 B8A B11 B12 over soil and over leaves."""
GREEN, RED, NEAR_INFRARED, SHORTWAVE_INFRARED = 1, 2, 6, 8

_CHUNK = 8192


def samples(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw pixels of all classes, independent of one another.

    Parameters
    ----------
    count : int
        Number of pixels.
    seed : int
        Other seeds give other pixels of the same classes.

    Returns
    -------
    features : ndarray of int16, shape (count, 481)
        10 bands (x 10000) of 37 dates, then 3 indices (x 1000) of 37 dates.
    labels : ndarray of int32, shape (count,)
        Class codes 1 to 17.
    """
    rng = np.random.default_rng([seed, 1])
    classes = rng.integers(0, CLASSES, count)
    features = np.empty((count, FEATURES), np.int16)
    for first in range(0, count, _CHUNK):
        chunk = slice(first, first + _CHUNK)
        bands = _reflectances(classes[chunk], rng)
        layers = np.concatenate((bands, _indices(bands)), axis=1)
        features[chunk] = np.rint(layers.reshape(len(bands), FEATURES))
    wrong = rng.random(count) < LABEL_NOISE
    classes[wrong] = rng.integers(0, CLASSES, wrong.sum())
    return features, (classes + 1).astype(np.int32)


def _reflectances(classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give every pixel a season of its own around that of its class; shape (pixels, bands, dates), float32."""
    count = len(classes)
    cover = _cover(classes, rng)[:, None, :]
    soil = SOIL * rng.normal(1, 0.15, (count, 1)).clip(0.5, 1.6).astype(np.float32)
    leaves = LEAVES * rng.normal(1, 0.06, (count, BANDS)).astype(np.float32)
    mixed = soil[:, :, None] * (1 - cover) + leaves[:, :, None] * cover
    haze = _smooth(rng.normal(0, 60, (count, 1, DATES)).astype(np.float32))
    noise = rng.standard_normal((count, BANDS, DATES), np.float32) * 40
    return (mixed + haze + noise).clip(1, 10000)


def _cover(classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Share of the ground that leaves cover, over the year; the spread within a class exceeds that between two."""
    kinds = np.random.default_rng(17)
    green_up, length = kinds.uniform(60, 170, CLASSES), kinds.uniform(70, 200, CLASSES)
    least, most = kinds.uniform(0.05, 0.5, CLASSES), kinds.uniform(0.6, 0.95, CLASSES)
    days = np.linspace(1, 365, DATES)
    start = (green_up[classes] + rng.normal(0, 12, len(classes)))[:, None]
    end = start + (length[classes] + rng.normal(0, 12, len(classes)))[:, None]
    low = (least[classes] + rng.normal(0, 0.05, len(classes)))[:, None]
    high = (most[classes] + rng.normal(0, 0.06, len(classes)))[:, None]
    season = 1 / (1 + np.exp((start - days) / 8)) - 1 / (1 + np.exp((end - days) / 12))
    return (low + (high - low) * season).clip(0, 1).astype(np.float32)


def _smooth(series: np.ndarray) -> np.ndarray:
    """Mean of three dates."""
    padded = np.pad(series, [(0, 0)] * (series.ndim - 1) + [(1, 1)], mode="edge")
    return (padded[..., :-2] + padded[..., 1:-1] + padded[..., 2:]) / 3


def _indices(bands: np.ndarray) -> np.ndarray:
    """NDVI, NDWI (green) and NDMI, x 1000."""
    near = bands[:, NEAR_INFRARED]
    pairs = ((near, bands[:, RED]), (bands[:, GREEN], near), (near, bands[:, SHORTWAVE_INFRARED]))
    return np.stack([1000 * (one - other) / (one + other) for one, other in pairs], axis=1)


def series(
    observations: int, bands: int, rows: int, columns: int, masked: float, seed: int
) -> tuple[np.ndarray, ...]:
    """Draw a year of looks, some of each look's pixels masked by clouds in patches.

    Parameters
    ----------
    observations, bands, rows, columns : int
        Their numbers.
    masked : float
        Share of the looks of all pixels that are masked.
    seed : int

    Returns
    -------
    values : ndarray of int16, shape (looks, bands, pixels)
        Seasons plus noise; masked looks hold clouds, not a filler value.
    valid : ndarray of bool, shape (looks, pixels)
        False where masked.
    observation_days : ndarray of int64, shape (looks,)
        Distinct days, ascending.
    """
    rng = np.random.default_rng([seed, 2])
    pixels = rows * columns
    observation_days = np.sort(rng.choice(365, observations, replace=False))
    phase, height = rng.uniform(-1, 1, pixels), rng.uniform(200, 2000, (bands, pixels)).astype(np.float32)
    cloudiness = (masked + 0.25 * np.sin(np.linspace(0, 2 * np.pi, observations, endpoint=False))).clip(0, 1)
    values = np.empty((observations, bands, pixels), np.int16)
    valid = np.empty((observations, pixels), bool)
    for observation, day in enumerate(observation_days):
        season = (1 + np.sin(2 * np.pi * (day - 110) / 365 + phase)).astype(np.float32)
        noise = rng.standard_normal((bands, pixels), np.float32) * 40
        valid[observation] = ~_patches(rows, columns, cloudiness[observation], rng).ravel()
        values[observation] = 600 + height * season + noise + 4000 * ~valid[observation]
    return values, valid, observation_days


def _patches(rows: int, columns: int, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """Mask a share of an image in patches of some twenty pixels."""
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(rng.standard_normal((rows, columns), np.float32), 8, mode="wrap")
    return field < np.quantile(field, fraction)
