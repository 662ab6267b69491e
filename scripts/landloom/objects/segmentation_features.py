"""Few numbers of each pixel that superpixels are made by: means of quantities over parts of the year.

Segmentation takes time for each of them, and few hold what tells fields apart: not all of the classifier's features.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.core.text import shortened
from landloom.features.names import split_date
from landloom.features.selection import FLAG
from landloom.features.spectral_indices import BRIGHTNESS
from landloom.features.vectors import Layout
from landloom.objects.superpixel_settings import SuperpixelSettings

UNIT = 100
"""Stored number of a difference that counts as one."""

INDEX, REFLECTANCE, DECIBEL, BRIGHTNESSES = 0.1, 0.05, 1.0, 0.15
"""Differences that count as one by default: of indices and expressions, of bands, and of the norm of all bands."""


@dataclass(frozen=True)
class Quantity:
    """What feature vectors have of something on all dates.

    Attributes
    ----------
    name : str
        Of the features, without the date.
    columns : tuple of int
        Of the feature vectors, date by date.
    scale : float
        Stored number of 1.
    """

    name: str
    columns: tuple[int, ...]
    scale: float


@dataclass(frozen=True)
class SegmentationFeatures:
    """Numbers to segment by: each is the mean of some columns of the feature vectors, times a factor.

    Attributes
    ----------
    columns : tuple of tuple of int
    factors : tuple of float
    """

    columns: tuple[tuple[int, ...], ...]
    factors: tuple[float, ...]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.columns)

    def of(self, matrix: np.ndarray) -> np.ndarray:
        """Return the numbers of some pixels, int16 of shape (pixels, numbers); 0 where a quantity is unknown.

        Parameters
        ----------
        matrix : ndarray of int16, shape (pixels, features)
        """
        found = np.empty((len(matrix), len(self)), np.int16)
        for number, (columns, factor) in enumerate(zip(self.columns, self.factors, strict=True)):
            values = matrix[:, columns].astype(np.int64)
            known = values != NODATA
            counts = known.sum(axis=1)
            mean = np.where(known, values, 0).sum(axis=1) / np.maximum(counts, 1)
            found[:, number] = np.clip(np.floor(mean * factor + 0.5), -32767, 32767)
        return found


def chosen(layout: Layout, bands: Mapping[str, Sequence[str]], settings: SuperpixelSettings) -> SegmentationFeatures:
    """Return the numbers to segment by.

    Parameters
    ----------
    layout : Layout
        Of the feature vectors.
    bands : dict of sensor: sequence of str
        Names of the bands of each sensor.
    settings : section of the configuration

    Raises
    ------
    InputError
        If a quantity is not among the features, or if there is none to choose by default.
    """
    quantities = _quantities(layout)
    if settings.features is None:
        spreads = _usual(quantities, bands)
    else:
        spreads = _named(quantities, list(bands), settings.features)
    parts = [
        (tuple(part.tolist()), UNIT / (spread * quantity.scale))
        for quantity, spread in spreads
        for part in np.array_split(quantity.columns, min(settings.periods, len(quantity.columns)))
    ]
    return SegmentationFeatures(tuple(columns for columns, _ in parts), tuple(factor for _, factor in parts))


def _quantities(layout: Layout) -> list[Quantity]:
    """Return the quantities of feature vectors, in the order of their first features."""
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(layout.names):
        columns.setdefault(split_date(name)[0], []).append(column)
    scales = layout.scales
    return [Quantity(name, tuple(those), scales[those[0]]) for name, those in columns.items()]


def _usual(quantities: Sequence[Quantity], bands: Mapping[str, Sequence[str]]) -> list[tuple[Quantity, float]]:
    """Return the quantities that are chosen by default, and the difference of each that counts as one."""
    found = []
    for sensor, names in bands.items():
        own = {f"{sensor}_{name}" for name in names}
        dated = [one for one in quantities if one.name.startswith(f"{sensor}_") and len(one.columns) > 1]
        dated = [one for one in dated if one.name != f"{sensor}_{FLAG}"]
        indices = [one for one in dated if one.name not in own]
        found += [(one, BRIGHTNESSES if one.name == f"{sensor}_{BRIGHTNESS}" else INDEX) for one in indices] or [
            (one, DECIBEL if one.scale < 1000 else REFLECTANCE) for one in dated
        ]
    if not found:
        raise InputError("superpixels.features: is needed, since the features have no band or index of a sensor")
    return found


def _named(
    quantities: Sequence[Quantity], sensors: Sequence[str], wanted: Mapping[str, float]
) -> list[tuple[Quantity, float]]:
    """Return the quantities that the configuration names, of all sensors unless it names one."""
    found = []
    for name, spread in wanted.items():
        names = {name, *(f"{sensor}_{name}" for sensor in sensors)}
        those = [one for one in quantities if one.name in names]
        if not those:
            known = shortened([one.name for one in quantities])
            raise InputError(f"superpixels.features: {name} is not among the features {known}")
        found += [(one, spread) for one in those]
    return found
