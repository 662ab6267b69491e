"""Names of features: owner, quantity and date.

Names are ``{sensor}_{band or index}_{YYYYMMDD}``; statistics and results of functions have no date, rasters no owner.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TAKEN = frozenset(
    {"row", "column", "polygon", "code", "number", "observations", "tile", "x", "y", "superpixel", "value"}
)
"""Columns of sample tables that are not features, in addition to those of the runs (``run0`` ...)."""

STAMP = "%Y%m%d"
"""Date format in names."""

_DATED = re.compile(r"(.+)_(\d{8})")


@dataclass(frozen=True)
class FeatureName:
    """Parsed name of a feature.

    Attributes
    ----------
    owner : str
        The sensor, or the prefix of a function's features; empty for rasters.
    what : str
        Band, index, expression, statistic or result; the whole name if it has no owner.
    stamp : str
        The date in the format :data:`STAMP`; empty if there is none.
    """

    owner: str
    what: str
    stamp: str

    @property
    def source(self) -> str:
        """Return the owner or, for a raster, its own name."""
        return self.owner or self.what


def split_date(name: str) -> tuple[str, str]:
    """Return a feature's name without its date, and the date as text, empty if there is none."""
    found = _DATED.fullmatch(name)
    return (found[1], found[2]) if found and _is_day(found[2]) else (name, "")


def _is_day(stamp: str) -> bool:
    try:
        datetime.datetime.strptime(stamp, STAMP)
    except ValueError:
        return False
    return True


def readings(name: str, owners: Iterable[str]) -> Iterator[FeatureName]:
    """Yield all readings of a name with a date, the longest owner first.

    Parameters
    ----------
    owners : iterable of str
        All owners: the name of one may begin with that of another.
    """
    for owner, rest in _rests(name, owners):
        what, stamp = split_date(rest)
        if stamp:
            yield FeatureName(owner, what, stamp)


def parsed(name: str, owners: Iterable[str]) -> FeatureName:
    """Return the parsed name; of several readings, the one with a date and the longest owner."""
    owners = list(owners)
    dated = next(readings(name, owners), None)
    owner, what = next(_rests(name, owners), ("", name))
    return dated or FeatureName(owner, what, "")


def twice(names: Iterable[str]) -> list[str]:
    """Return the repeated names, each once, in their order."""
    return [name for name, number in Counter(names).items() if number > 1]


def _rests(name: str, owners: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the possible owners of a name, the longest first, and the remainder of the name."""
    for owner in sorted(owners, key=len, reverse=True):
        if name.startswith(f"{owner}_"):
            yield owner, name.removeprefix(f"{owner}_")
