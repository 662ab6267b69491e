"""Class counts: pixels and hectares of each region and class that a tile owns, in a small file for several rules."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from landloom.core.files import write_text

Counts = Mapping[int, Mapping[int, int]]
"""Pixels by region number and class code; code 0 is unclassified."""


Hectares = Mapping[int, Mapping[int, float]]
"""Hectares on the ellipsoid by region number and class code."""


@dataclass(frozen=True)
class TileCounts:
    """Pixels that a tile owns, and their areas: pixels of one tile differ in area."""

    pixels: Counts
    hectares: Hectares


def write(counts: TileCounts, path: Path | str) -> None:
    """Write the counts of a tile."""
    write_text(path, json.dumps({"pixels": counts.pixels, "hectares": counts.hectares}) + "\n")


def read(path: Path | str) -> TileCounts:
    """Read counts written by :func:`write`."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    pixels, hectares = (
        {int(region): {int(code): value for code, value in classes.items()} for region, classes in part.items()}
        for part in (content["pixels"], content["hectares"])
    )
    return TileCounts(pixels, hectares)


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
