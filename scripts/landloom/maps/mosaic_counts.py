"""Counts of a mosaic in a small file: its pixels by value, and whether it shows what its tiles show.

The checks of the maps go by these, so that no mosaic is read again. The configuration imports this module through
the table of checks; it needs the standard library alone.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.files import REMAKE, write_text


@dataclass(frozen=True)
class Agreement:
    """Pixels of a mosaic that were compared with a tile, and those that show something else."""

    compared: int
    differing: int


@dataclass(frozen=True)
class MosaicCounts:
    """What is counted of a mosaic.

    Attributes
    ----------
    pixels : dict of value: int
        Number of pixels with each value.
    places : dict of tile: Agreement
        How it agrees with the tile at a sample of places.
    """

    pixels: Mapping[int, float]
    places: Mapping[str, Agreement]


def write(counts: MosaicCounts, path: Path | str) -> None:
    """Write the counts of a mosaic."""
    places = {tile: asdict(one) for tile, one in counts.places.items()}
    write_text(path, json.dumps({"pixels": dict(counts.pixels), "places": places}) + "\n")


def read(path: Path | str) -> MosaicCounts:
    """Read counts written by :func:`write`.

    Raises
    ------
    InputError
        If the file cannot be read, or does not hold such counts.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        pixels = {int(value): int(number) for value, number in content["pixels"].items()}
        places = {tile: Agreement(**one) for tile, one in content["places"].items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        raise InputError(f"{path}: is missing, or does not hold the counts of a mosaic; {REMAKE}") from None
    return MosaicCounts(pixels, places)
