"""How many pixels of each region and class a tile owns: a small file that several rules read."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from landloom.core.files import write_text

Counts = Mapping[int, Mapping[int, int]]
"""Region number: class code: pixels; the code 0 counts unclassified ones."""


def write(counts: Counts, path: Path | str) -> None:
    """Write the counts of a tile."""
    write_text(path, json.dumps(counts) + "\n")


def read(path: Path | str) -> dict[int, dict[int, int]]:
    """Read the counts that :func:`write` wrote."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    return {
        int(region): {int(code): int(pixels) for code, pixels in classes.items()}
        for region, classes in content.items()
    }


def add(parts: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Add up counts by class, as of several regions."""
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
