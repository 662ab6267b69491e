"""Several processings of one acquisition, of which the newest alone is read: one rule for all product families.

An archive may hold an acquisition issued twice: of another baseline or version, or mended and issued again. Both
together would count as two observations, and features would be means of the faulty and the mended one.

The end of a datastrip of Sentinel-2 cuts an acquisition of a tile into two products. Each half is processed
separately; the start of its datastrip identifies it, whatever its processing baseline. Halves are two observations.
"""

import datetime
import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from landloom.sensors.acquisition import Product
from landloom.sensors.inventory import parse_date

SAME_STRIP = datetime.timedelta(seconds=10)
"""Starts that are closer belong to one datastrip, processed twice; datastrips that share a tile are longer."""


def _no_strip() -> str:
    return ""


@dataclass(frozen=True)
class Processing:
    """A product as a processing of an acquisition.

    Attributes
    ----------
    product : Product
    sensing : tuple of str
        What was seen: satellite, tile and time.
    version : tuple
        The greatest is the newest, within a baseline.
    baseline : str
        Processing baseline; the greatest is the newest. Empty where a family has none.
    strip_start : function
        Returns the start of the datastrip as :func:`start_of`, empty if unknown; called only where there are several
        processings.
    part : str
        What distinguishes the parts of one sensing of one baseline where the start of a datastrip is unknown.
    """

    product: Product
    sensing: tuple[str, ...]
    version: tuple[Hashable, ...]
    baseline: str = ""
    strip_start: Callable[[], str] = _no_strip
    part: str = ""

    @property
    def rank(self) -> tuple[Hashable, ...]:
        """Return the sort key of processings of one acquisition; the greatest is the newest."""
        return self.baseline, self.version, self.product.name


def newest_alone(processings: Iterable[Processing]) -> list[Product]:
    """Return all products, sorted; those that are not the newest of their acquisition name it as ``newer``.

    Copies of one product, of the same name, are returned once.
    """
    acquisitions: dict[tuple[str, ...], list[Processing]] = {}
    for one in processings:
        acquisitions.setdefault(one.sensing, []).append(one)
    return sorted(
        product
        for several in acquisitions.values()
        for product in ([several[0].product] if len(several) == 1 else _of_one_sensing(several))
    )


def _of_one_sensing(several: Sequence[Processing]) -> Iterable[Product]:
    """Return the products of one sensing: of each part of it, one is the newest.

    If a product has no known datastrip, only those of the newest baseline are parts.
    """
    starts = [one.strip_start() for one in several]
    parts: Sequence[Hashable]
    if all(starts):
        parts = _halves(starts)
    else:
        last = max(one.baseline for one in several)
        parts = [one.part if one.baseline == last else None for one in several]
    newest: dict[Hashable, Processing] = {}
    for part, one in zip(parts, several, strict=True):
        if part is not None and (part not in newest or one.rank > newest[part].rank):
            newest[part] = one
    latest = max(newest.values(), key=lambda one: one.rank)
    found = {one.product.name: one.product for one in newest.values()}
    for part, one in zip(parts, several, strict=True):
        newer = newest.get(part, latest).product.name
        found.setdefault(one.product.name, replace(one.product, newer=newer))
    return found.values()


def start_of(text: str) -> str:
    """Return the start of a datastrip from its name; empty if the name has none."""
    found = re.search(r"_S(\d{8}T\d{6})", text, re.ASCII)
    return found[1] if found and parse_date(found[1], "%Y%m%dT%H%M%S") else ""


def _halves(starts: Sequence[str]) -> list[int]:
    """Return a number for each product, equal for products of one half."""
    times = [datetime.datetime.strptime(start, "%Y%m%dT%H%M%S") for start in starts]
    firsts = [later for earlier, later in pairwise(sorted(times)) if later - earlier > SAME_STRIP]
    return [bisect_right(firsts, time) for time in times]
