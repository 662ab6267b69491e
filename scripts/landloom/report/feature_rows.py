"""Feature table: features by source, quantity and dates."""

from collections.abc import Sequence
from dataclasses import dataclass

from landloom.features.names import parsed


@dataclass(frozen=True)
class FeatureRow:
    """Features of one source with the same dates.

    Attributes
    ----------
    source : str
        Sensor, user-defined function, or raster.
    dates : int
        Number of dates; 0 for features without: statistics, rasters, results of functions.
    what : tuple of str
        Bands, indices, statistics, results.
    features : int
    """

    source: str
    dates: int
    what: tuple[str, ...]
    features: int


def rows(names: Sequence[str], owners: Sequence[str]) -> list[FeatureRow]:
    """Return a row for each source and its dates, in the order of the features.

    Parameters
    ----------
    names : sequence of str
        Names of features: see :mod:`landloom.features.names`.
    owners : sequence of str
        Sensors, and prefixes of functions' features.
    """
    stamps: dict[tuple[str, str], list[str]] = {}
    for name in (parsed(name, owners) for name in names):
        stamps.setdefault((name.source, name.what), []).append(name.stamp)
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (source, what), found in stamps.items():
        alike.setdefault((source, tuple(found)), []).append(what)
    return [
        FeatureRow(source, len(found) if any(found) else 0, tuple(what), len(what) * len(found))
        for (source, found), what in alike.items()
    ]
