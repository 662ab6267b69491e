"""Class counts: pixels of each region and class that a tile owns, in a small file for several rules."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from landloom.core.files import write_text

Counts = Mapping[int, Mapping[int, int]]
"""Pixels by region number and class code; code 0 is unclassified."""


def write(counts: Counts, path: Path | str) -> None:
    """Write the counts of a tile."""
    write_text(path, json.dumps(counts) + "\n")


def read(path: Path | str) -> dict[int, dict[int, int]]:
    """Read counts written by :func:`write`."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    return {
        int(region): {int(code): int(pixels) for code, pixels in classes.items()}
        for region, classes in content.items()
    }


def add(parts: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Sum counts by class, for example over regions."""
    total: dict[int, float] = {}
    for part in parts:
        for code, pixels in part.items():
            total[code] = total.get(code, 0) + pixels
    return total


def disagreement(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """Return the quantity disagreement of two distributions, each of at least one pixel: 0 to 1."""
    of_one, of_other = sum(one.values()), sum(other.values())
    codes = {*one, *other}
    return sum(abs(one.get(code, 0) / of_one - other.get(code, 0) / of_other) for code in codes) / 2
