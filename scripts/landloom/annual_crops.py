"""Classes of which a year has no reference yet: their samples, features and all, come from another year."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landloom.errors import InputError
from landloom.training import Portion

_DATED = re.compile(r"(.+)_(\d{8})")
"""A feature's name: sensor, band or index, and output date."""

YEAR_IDS = 10**13
"""Times the year, added to the ids of its polygons, all of which are smaller: no two years share one."""


@dataclass(frozen=True, eq=False)
class AnnualSource:
    """Where the samples of some classes come from.

    Attributes
    ----------
    year : int
    codes : tuple of int
        The classes.
    tested : dict of tile: ndarray of int64
        Pixels of test polygons in this run of the year that is mapped, as :func:`places` numbers them.
    overlapping : ndarray of int64
        Polygons of the other year that have some of these pixels.
    """

    year: int
    codes: tuple[int, ...]
    tested: Mapping[str, np.ndarray]
    overlapping: np.ndarray


def places(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return a number for each place on a tile's grid."""
    return (rows.astype(np.int64) << 32) | columns.astype(np.int64)


def own_ids(polygons: np.ndarray, year: int) -> np.ndarray:
    """Return ids that another year's polygons share with none of the year that is mapped.

    They are in no reference: their area goes by their samples (:func:`landloom.fitting.deal_members`), and each is a
    block of ground of its own (:func:`landloom.training_ground.blocks_of`). Blocks of an earlier map, which have
    negative numbers, are the same ground in all years and keep them.
    """
    return np.where(polygons < 0, polygons, polygons + year * YEAR_IDS)


def exchanged(own: Sequence[Portion], other: Sequence[Portion], source: AnnualSource) -> list[Portion]:
    """Return the samples of a region with those of some classes from another year.

    What tests this year trains in no year: left out are all polygons that share a pixel with a test polygon, and,
    of blocks of an earlier map, those pixels. The others have ids of their own, see :func:`own_ids`.

    Parameters
    ----------
    own, other : sequence of Portion
        Of this year and of the other, of the same region and run; one of each tile.

    Raises
    ------
    InputError
        Where the other year's features cannot be matched.
    """
    codes = np.array(source.codes)
    check_features(own[0].names, other[0].names, source.year)
    shift = shift_days(own[0].names, other[0].names)
    origin = f"drawn in {source.year}" + f", on dates up to {shift} days apart" * (shift > 0)
    kept = [portion.restricted(~np.isin(portion.codes, codes)) for portion in own]
    lent = []
    for portion in other:
        tested = np.isin(places(portion.rows, portion.columns), source.tested.get(portion.tile, ()))
        tested |= np.isin(portion.polygons, source.overlapping)
        found = portion.restricted(np.isin(portion.codes, codes) & ~tested)
        lent.append(replace(found, origin=origin, polygons=own_ids(found.polygons, source.year)))
    return kept + lent


def check_features(names: Sequence[str], others: Sequence[str], year: int) -> None:
    """Raise where two years' features differ by more than the days of their dates.

    Features are matched by their position: so each sensor needs as many output dates in both years.
    """
    plain, plain_others = ([_split(name)[0] for name in one] for one in (names, others))
    if plain == plain_others:
        return
    here, there = (_dates(one) for one in (names, others))
    differing = [
        f"{feature} has {len(here.get(feature, ()))} dates, in {year} {len(there.get(feature, ()))}"
        for feature in sorted({*here, *there})
        if len(here.get(feature, ())) != len(there.get(feature, ()))
    ]
    raise InputError(
        f"samples.annual: the features of {year} are others: {'; '.join(differing[:3]) or 'their order differs'}; "
        "give the sensors `start` and `end`, so that both years have as many output dates"
    )


def shift_days(names: Sequence[str], others: Sequence[str]) -> int:
    """Return by how many days of the year the matched dates of two years' features differ at most."""
    distances = {0}
    for name, other in zip(names, others, strict=True):
        days = [_day_of_year(_split(one)[1]) for one in (name, other)]
        distance = abs(days[0] - days[1])
        distances.add(min(distance, 365 - distance))
    return max(distances)


def _day_of_year(date: str) -> int:
    """Return the day of the year of a date as names have it; 0 without one."""
    return datetime.date(int(date[:4]), int(date[4:6]), int(date[6:])).timetuple().tm_yday if date else 0


def _split(name: str) -> tuple[str, str]:
    """Return a feature's name without its date, and the date, if it has one."""
    found = _DATED.fullmatch(name)
    return (found[1], found[2]) if found else (name, "")


def _dates(names: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        feature, date = _split(name)
        found.setdefault(feature, set()).add(date)
    return found
