"""Classes of a map by their ranks: the first class of the nomenclature is 1, pixels without a class are 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.core.nomenclature import LARGEST_CODE, UNCLASSIFIED, Nomenclature
from landloom.core.text import shortened
from landloom.geo import rasters
from landloom.geo.grids import Window
from landloom.vector_maps.minimum_unit import LARGEST, Units
from landloom.vector_maps.settings import DEFAULT, VectorSettings

_UNKNOWN = -1


@dataclass(frozen=True)
class ClassRanks:
    """Ranks of the codes of a nomenclature.

    Attributes
    ----------
    codes : ndarray of int32, shape (classes + 1,)
        Code of each rank.
    ranks : ndarray of int32, shape (largest code + 1,)
        Rank of each code, -1 of those that no class has.
    """

    codes: np.ndarray
    ranks: np.ndarray

    @classmethod
    def of(cls, codes: Sequence[int]) -> "ClassRanks":
        """Return the ranks of codes of classes in ascending order."""
        known = np.array([UNCLASSIFIED, *codes], np.int32)
        ranks = np.full(LARGEST_CODE + 1, _UNKNOWN, np.int32)
        ranks[known] = np.arange(len(known))
        return cls(known, ranks)

    @property
    def number(self) -> int:
        """Return the number of classes."""
        return len(self.codes) - 1

    def read(self, dataset: Any, window: Window) -> np.ndarray:
        """Return the ranks of a window's pixels, 0 beyond the raster.

        Raises
        ------
        InputError
            If a pixel holds a code that no class has.
        """
        labels = read(dataset, window)
        if labels.dtype.kind not in "iu":
            raise InputError(f"{dataset.name}: holds {labels.dtype} numbers; codes of classes must be whole numbers")
        if labels.size and not (labels.min() >= 0 and labels.max() <= LARGEST_CODE):
            raise InputError(f"{dataset.name}: holds codes outside of 0 to {LARGEST_CODE}; is it a map of classes?")
        found: np.ndarray = self.ranks[labels.astype(np.int64)]
        if (found == _UNKNOWN).any():
            odd = shortened(sorted(set(labels[found == _UNKNOWN].tolist())))
            raise InputError(f"{dataset.name}: holds the codes {odd}, which no class of the nomenclature has")
        return found


def read(dataset: Any, window: Window) -> np.ndarray:
    """Return the first band of a window; 0 beyond the raster, and where it tells missing pixels."""
    top, left = max(window.row, 0), max(window.column, 0)
    bottom = min(window.row + window.rows, dataset.height)
    right = min(window.column + window.columns, dataset.width)
    values = np.zeros((window.rows, window.columns), dataset.dtypes[0])
    if top < bottom and left < right:
        inside = Window(top - window.row, left - window.column, bottom - top, right - left)
        values[inside.slices] = rasters.read_or_0(dataset, ((top, bottom), (left, right)))
    return values


def units(settings: VectorSettings, classes: Nomenclature, pixel_m2: float) -> Units:
    """Return the smallest patches of each class, in pixels.

    Parameters
    ----------
    settings : VectorSettings
    classes : Nomenclature
    pixel_m2 : float
        Area of a pixel on the ground.

    Raises
    ------
    InputError
        If a group or class is asked for that there is not, or an area is larger than patches are counted.
    """
    if problems := settings.problems(set(classes.group_by_code().values()), classes.code_by_label()):
        raise InputError("\n".join(problems))
    groups, areas = classes.group_by_code(), settings.units_m2
    least = [_pixels(areas.get(groups.get(code, ""), areas[DEFAULT]), pixel_m2) for code in classes.codes]
    names = {name: number for number, name in enumerate(sorted(set(groups.values())), 1)}
    # A class without a group is one of its own.
    numbers = [names.get(groups.get(code, ""), len(names) + rank) for rank, code in enumerate(classes.codes, 1)]
    return Units(
        np.array([0, *least, 0], np.int64), np.array([0, *numbers, 0], np.int32), settings.within_groups_first
    )


def _pixels(area_m2: float, pixel_m2: float) -> int:
    """Return the smallest number of pixels that are not smaller than an area, up to rounding."""
    found = int(np.ceil(round(area_m2 / pixel_m2, 6)))
    if found > LARGEST:
        raise InputError(
            f"vectors.minimum_m2: {area_m2:g} m2 are {found} pixels of the map; patches are counted up to {LARGEST}: "
            "give a smaller area, or larger pixels by `vectors.resolution_m`"
        )
    return found
