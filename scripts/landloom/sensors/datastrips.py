"""Halves of a tile: the end of a datastrip of Sentinel-2 cuts a look at it into two products.

Each half is processed by itself. Its datastrip's start tells which it is, whatever baseline it was processed by.
"""

import datetime
import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from landloom.sensors.inventory import parse_date

SAME_STRIP = datetime.timedelta(seconds=10)
"""Starts less apart are of one strip, processed twice; strips of which two see one tile are longer."""

Found = TypeVar("Found")


def start_of(text: str) -> str:
    """Return the start of a datastrip as its name tells; empty where it does not."""
    found = re.search(r"_S(\d{8}T\d{6})", text, re.ASCII)
    return found[1] if found and parse_date(found[1], "%Y%m%dT%H%M%S") else ""


def newest_baselines(
    found: Iterable[Found],
    sensing: Callable[[Found], Hashable],
    baseline: Callable[[Found], str],
    start: Callable[[Found], str],
) -> list[Found]:
    """Drop products of an older processing baseline than the newest of the same half of a look.

    Where one does not tell its datastrip, those of the newest baseline are taken for the whole look.

    Parameters
    ----------
    sensing, baseline, start : function
        What tells the looks of a product's platform and tile apart; its baseline; its datastrip's start as
        :func:`start_of` returns it, asked only where baselines differ.
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
    """Return a number for each product that those of one half share; one for all where a start is not known."""
    if not all(starts):
        return [0] * len(starts)
    times = [datetime.datetime.strptime(start, "%Y%m%dT%H%M%S") for start in starts]
    firsts = [later for earlier, later in pairwise(sorted(times)) if later - earlier > SAME_STRIP]
    return [bisect_right(firsts, time) for time in times]
