"""Folds of samples by each scheme: as many as there are pixels, polygons or blocks for.

With few polygons, a fold of several would leave little to train with, and another draw of the folds would tell
another accuracy: below `FEW_POLYGONS`, each polygon is left out once.
"""

import sys

import numpy as np

from landloom.accuracy.settings import FEW_POLYGONS, CrossValidationSettings
from landloom.models.training_data import TrainingSet
from landloom.training import folds


def folds_of(
    samples: TrainingSet, blocks: np.ndarray, settings: CrossValidationSettings, seed: int
) -> dict[str, np.ndarray]:
    """Return the fold of each sample in each of the `SCHEMES`, and write to the log where there are fewer folds.

    Parameters
    ----------
    samples : TrainingSet
    blocks : ndarray of int64, shape (samples,)
        Spatial block of each sample.
    settings : section of the configuration
    seed : int

    Returns
    -------
    dict of str: ndarray of int64, shape (samples,)
    """
    found = {
        "pixels": _of_pixels(samples.codes, settings.folds, seed),
        "polygons": _of_polygons(samples, settings.folds, seed),
        "blocks": folds.of_blocks(samples.codes, blocks, settings.folds, seed),
    }
    for scheme, fold in found.items():
        number = len(np.unique(fold))
        if number < settings.folds and scheme != "polygons":
            print(f"folds of {scheme}: {number}, since there is nothing for more", file=sys.stderr)
    return found


def _of_pixels(codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Assign samples to folds, each class evenly."""
    order = np.random.default_rng(seed).permutation(len(codes))
    by_class = order[np.argsort(codes[order], kind="stable")]
    found = np.empty(len(codes), np.int64)
    found[by_class] = np.arange(len(codes)) % count
    return found


def _of_polygons(samples: TrainingSet, count: int, seed: int) -> np.ndarray:
    """Assign whole polygons to folds: those of a class to as many as there are, few polygons each to its own."""
    polygons, fold = np.unique(samples.polygons, return_inverse=True)
    if len(polygons) < FEW_POLYGONS:
        print(f"folds of polygons: each of {len(polygons)} polygons is left out once", file=sys.stderr)
        return fold.astype(np.int64)
    codes, number = np.unique(samples.codes[np.unique(fold, return_index=True)[1]], return_counts=True)
    for code, those in zip(codes[number < count], number[number < count], strict=True):
        print(f"folds of polygons: class {code} has {those} polygons, so that {those} folds test it", file=sys.stderr)
    return folds.of_whole_polygons(samples.codes, samples.polygons, count, seed)
