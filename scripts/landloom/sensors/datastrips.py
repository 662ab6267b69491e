"""Partial products of Sentinel-2: the end of a datastrip cuts an acquisition of a tile into two products.

Each half is processed separately. The start of its datastrip identifies it, whatever its processing baseline.
"""

import datetime
import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from landloom.sensors.inventory import parse_date

SAME_STRIP = datetime.timedelta(seconds=10)
"""Starts that are closer belong to one datastrip, processed twice; datastrips that share a tile are longer."""

Found = TypeVar("Found")


def start_of(text: str) -> str:
    """Return the start of a datastrip from its name; empty if the name has none."""
    found = re.search(r"_S(\d{8}T\d{6})", text, re.ASCII)
    return found[1] if found and parse_date(found[1], "%Y%m%dT%H%M%S") else ""


def newest_baselines(
    found: Iterable[Found],
    sensing: Callable[[Found], Hashable],
    baseline: Callable[[Found], str],
    start: Callable[[Found], str],
) -> list[Found]:
    """Drop products of an older processing baseline than the newest of the same half of an acquisition.

    If a product has no known datastrip, only those of the newest baseline are kept for the whole acquisition.

    Parameters
    ----------
    sensing, baseline, start : function
        Key of a product's acquisition; its baseline; the start of its datastrip as in :func:`start_of`, called only
        where baselines differ.
    """
    observations: dict[Hashable, list[Found]] = {}
    for one in found:
        observations.setdefault(sensing(one), []).append(one)
    return [one for products in observations.values() for one in _newest(products, baseline, start)]


def _newest(products: list[Found], baseline: Callable[[Found], str], start: Callable[[Found], str]) -> list[Found]:
    baselines = list(map(baseline, products))
    if len(set(baselines)) == 1:
        return products
    halves = _halves(list(map(start, products)))
    newest: dict[int, str] = {}
    for half, one in zip(halves, baselines, strict=True):
        newest[half] = max(newest.get(half, ""), one)
    return [one for one, half, own in zip(products, halves, baselines, strict=True) if own == newest[half]]


def _halves(starts: Sequence[str]) -> list[int]:
    """Return a number for each product, equal for products of one half; equal for all if a start is unknown."""
    if not all(starts):
        return [0] * len(starts)
    times = [datetime.datetime.strptime(start, "%Y%m%dT%H%M%S") for start in starts]
    firsts = [later for earlier, later in pairwise(sorted(times)) if later - earlier > SAME_STRIP]
    return [bisect_right(firsts, time) for time in times]
