"""What the names of features say: whose they are, of what, and of which day.

``{sensor}_{band or index}_{YYYYMMDD}``; statistics and results of functions have no date, rasters no owner.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TAKEN = frozenset({"row", "column", "polygon", "code", "number", "observations", "tile", "x", "y"})
"""Columns of the samples' tables that are no features; those of the runs, ``run0`` and so on, are none either."""

STAMP = "%Y%m%d"
"""How dates are written in names."""

_DATED = re.compile(r"(.+)_(\d{8})")


@dataclass(frozen=True)
class FeatureName:
    """A feature's name, taken apart.

    Attributes
    ----------
    owner : str
        The sensor, or what the names of a function's features begin with; empty where it is of none.
    what : str
        Band, index, expression, statistic or result; the whole name where it has no owner.
    stamp : str
        The date as :data:`STAMP` has it; empty where there is none.
    """

    owner: str
    what: str
    stamp: str

    @property
    def source(self) -> str:
        """Return whose it is: the owner, or of a raster its own name."""
        return self.owner or self.what


def split_date(name: str) -> tuple[str, str]:
    """Return a feature's name without its date, and the date as it stands there: empty where it has none."""
    found = _DATED.fullmatch(name)
    return (found[1], found[2]) if found and _is_day(found[2]) else (name, "")


def _is_day(stamp: str) -> bool:
    try:
        datetime.datetime.strptime(stamp, STAMP)
    except ValueError:
        return False
    return True


def readings(name: str, owners: Iterable[str]) -> Iterator[FeatureName]:
    """Yield all that a name with a date may mean, that with the longest owner first.

    Parameters
    ----------
    owners : iterable of str
        All of them: the name of one may begin with that of another.
    """
    for owner, rest in _rests(name, owners):
        what, stamp = split_date(rest)
        if stamp:
            yield FeatureName(owner, what, stamp)


def parsed(name: str, owners: Iterable[str]) -> FeatureName:
    """Return what a name says; of several readings, that with a date and the longest owner."""
    owners = list(owners)
    dated = next(readings(name, owners), None)
    owner, what = next(_rests(name, owners), ("", name))
    return dated or FeatureName(owner, what, "")


def twice(names: Iterable[str]) -> list[str]:
    """Return the names that stand there more than once, each once, in their order."""
    return [name for name, number in Counter(names).items() if number > 1]


def _rests(name: str, owners: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the owners that a name may begin with, the longest first, and what follows each."""
    for owner in sorted(owners, key=len, reverse=True):
        if name.startswith(f"{owner}_"):
            yield owner, name.removeprefix(f"{owner}_")
