"""What the classifier sees: the features by what they are of."""

from collections.abc import Sequence
from dataclasses import dataclass

from landloom.features.names import parsed


@dataclass(frozen=True)
class FeatureRow:
    """Features of one source that are on the same dates.

    Attributes
    ----------
    source : str
        A sensor, a function of the user's own, or a raster.
    dates : int
        0 where the features have none: statistics, rasters, what functions make.
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
        Of features: see :mod:`landloom.features.names`.
    owners : sequence of str
        Sensors, and what the names of functions' features begin with.
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
