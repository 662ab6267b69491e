"""Folds of training samples for cross-validation: what is alike, as the pixels of a polygon, is not taken apart."""

import warnings
from pathlib import Path

import numpy as np

from landloom.models.settings import SearchSettings
from landloom.models.training_data import TrainingSet
from landloom.training.balanced_groups import split


def of_search(samples: TrainingSet, search: SearchSettings, reference: Path | str, seed: int) -> np.ndarray:
    """Return the fold of each sample in the search for parameters, (samples,) int64, from 0.

    Parameters
    ----------
    samples : TrainingSet
    search : section of the configuration
    reference : path
        ``reference.gpkg``; read only where folds are of blocks of ground.
    seed : int
    """
    if search.groups == "polygon":
        return of_polygons(samples.codes, samples.polygons, search.folds, seed)
    from landloom.reference import polygon_areas  # with geopandas, which others do without

    blocks = polygon_areas.blocks_of(reference, samples.polygons, search.block_m)
    return of_blocks(samples.codes, blocks, search.folds, seed)


def of_target(
    samples: TrainingSet, folds: int, seed: int, block_m: float | None, reference: Path | str
) -> np.ndarray:
    """Return the fold of each sample of a target, (samples,) int64, from 0.

    Bins of values take the place of classes.

    Parameters
    ----------
    samples : TrainingSet
    folds, seed : int
    block_m : float or None
        Side of the blocks of ground that stay whole: `target.block_m`; None: polygons do.
    reference : path
        ``reference.gpkg``; read only where folds are of blocks of ground.
    """
    if block_m is None:
        return of_whole_polygons(samples.codes, samples.polygons, folds, seed)
    from landloom.reference import polygon_areas  # with geopandas, which others do without

    blocks = polygon_areas.blocks_of(reference, samples.polygons, block_m)
    return of_blocks(samples.codes, blocks, folds, seed)


def of_polygons(codes: np.ndarray, polygons: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Deal samples out to folds by whole polygons, each class evenly.

    A class with a single polygon is cut into its samples, since no fold may hold all of a class: what is said of it
    is then too good.

    Parameters
    ----------
    codes, polygons : ndarray, (samples,) of integers
        Class and polygon of each sample.
    folds : int
        Number of folds.
    seed : int
        Orders polygons of one size.

    Returns
    -------
    ndarray, (samples,) int64
        Fold of each sample, from 0. No fold holds all samples of a class that has two.
    """
    pairs = np.stack((codes.astype(np.int64), polygons.astype(np.int64)))
    groups, group_of_sample = np.unique(pairs, axis=1, return_inverse=True)
    found, counts = np.unique(groups[0], return_counts=True)
    alone = np.isin(codes, found[counts == 1])
    labels = np.where(alone, groups.shape[1] + np.arange(len(codes)), group_of_sample.reshape(-1))
    return _dealt(labels, codes, folds, seed)


def of_whole_polygons(codes: np.ndarray, polygons: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Deal samples out to folds by whole polygons, each class evenly; a single polygon of a class stays whole, too.

    A class with fewer polygons than folds is in as many folds as it has polygons. Parameters and result are those of
    :func:`of_polygons`; a fold may hold all samples of a class.
    """
    pairs = np.stack((codes.astype(np.int64), polygons.astype(np.int64)))
    return _dealt(np.unique(pairs, axis=1, return_inverse=True)[1].reshape(-1), codes, folds, seed)


def _dealt(labels: np.ndarray, codes: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Deal groups of samples, which have the same label, out to folds."""
    _, first, group, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    return split(sizes, np.asarray(codes)[first], folds, np.random.default_rng(seed))[group]


def of_blocks(codes: np.ndarray, blocks: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Deal samples out to folds by whole blocks of ground, each class as evenly as the blocks allow.

    Parameters
    ----------
    codes, blocks : ndarray, (samples,) of integers
        Class and block of each sample.
    folds : int
        Number of folds; no more than there are blocks, or samples of the most frequent class.
    seed : int

    Returns
    -------
    ndarray, (samples,) int64
        Fold of each sample, from 0.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    result = np.empty(len(codes), np.int64)
    # The splitter refuses more folds than any class has samples, and warns of classes that have fewer.
    count = min(folds, len(np.unique(blocks)), int(np.unique(codes, return_counts=True)[1].max()))
    if count < 2:
        return np.zeros(len(codes), np.int64)
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for number, (_, test) in enumerate(splitter.split(codes, codes, blocks)):
            result[test] = number
    return result
