"""Members of a model: where its training polygons cover much ground, several models share them."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landloom.core.errors import InputError
from landloom.models.settings import TrainedSettings
from landloom.models.training_data import TrainingSet
from landloom.training.balanced_groups import split

SAMPLE_KM2 = 1e-4
"""What a sample stands for where no polygon's area is known: a pixel of 10 m."""


def seed_of(keys: Sequence[int], member: int) -> int:
    """Return the seed of a member of a model, 0 to 2**31 - 1.

    Parameters
    ----------
    keys : sequence of int
        The configuration's seed, the run and the number of the region.
    member : int
        From 0; the first has the seed of a model of one member.
    """
    return int(np.random.default_rng([*keys, *([member] if member else [])]).integers(2**31))


def members_of(samples: TrainingSet, settings: TrainedSettings, reference: Path | str, seed: int) -> list[np.ndarray]:
    """Return the positions of the samples of each member: one has all of them, unless the section bounds its area.

    Parameters
    ----------
    samples : TrainingSet
    settings : section of the configuration
    reference : path
        ``reference.gpkg``; read only where the section bounds the area of a member.
    seed : int
        Orders polygons of one area.

    Raises
    ------
    InputError
        As of :func:`assign_members`.
    """
    limit_km2 = settings.largest_training_area_km2
    if limit_km2 is None:
        return [np.arange(len(samples.codes))]
    from landloom.reference import polygon_areas  # with geopandas, which others do without

    members = assign_members(samples, polygon_areas.areas_km2(reference), limit_km2, seed)
    print(f"{len(members)} models of at most about {limit_km2:g} km2 of training polygons", file=sys.stderr)
    return members


def assign_members(
    samples: TrainingSet, areas_km2: dict[int, float], limit_km2: float, seed: int
) -> list[np.ndarray]:
    """Deal training samples out to several models by whole polygons, each class evenly by area.

    Parameters
    ----------
    samples : TrainingSet
    areas_km2 : dict of polygon: area
        Of the training polygons. One that is not there, as of an earlier map or another year, has the area of its
        samples: as much for each that is no made one as the known have, 100 m2 where none is known.
    limit_km2 : float
        Area that a model may have: there are as many models as this fits into the area of all polygons, rounded up.
    seed : int
        Orders polygons of one area.

    Returns
    -------
    list of ndarray of int64
        Positions of the samples of each model, ascending. A class with fewer polygons than there are models is in
        each of them, whole.

    Raises
    ------
    InputError
        Where all classes are: all models would be trained on the same samples.
    """
    pairs = np.stack((samples.codes.astype(np.int64), samples.polygons))
    groups, group_of_sample = np.unique(pairs, axis=1, return_inverse=True)
    group_of_sample = group_of_sample.reshape(-1)
    sizes = np.bincount(group_of_sample[: len(samples.codes) - samples.made], minlength=groups.shape[1])
    areas = _areas(groups[1], sizes, areas_km2)
    count = max(1, math.ceil(areas.sum() / limit_km2))
    codes, polygons = np.unique(groups[0], return_counts=True)
    if count > polygons.max():
        raise InputError(
            f"model.largest_training_area_km2: {limit_km2:g} would make {count} models, but no class has more than "
            f"{polygons.max()} training polygons to assign; give at least {areas.sum() / polygons.max():.2g}"
        )
    part_of_group = split(areas, groups[0], count, np.random.default_rng(seed))
    shared = np.isin(samples.codes, codes[polygons < count])
    part = part_of_group[group_of_sample]
    return [np.flatnonzero(shared | (part == number)) for number in range(count)]


def _areas(polygons: np.ndarray, sizes: np.ndarray, areas_km2: dict[int, float]) -> np.ndarray:
    """Return the area of each polygon in square kilometres; ``sizes`` are its samples."""
    areas = np.array([areas_km2.get(int(polygon), np.nan) for polygon in polygons])
    known = ~np.isnan(areas)
    of_sample = areas[known].sum() / sizes[known].sum() if known.any() else SAMPLE_KM2
    return np.where(known, areas, sizes * of_sample)
