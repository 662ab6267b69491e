"""Counts of a mosaic, as the rule `mosaic` writes them."""

import json
from pathlib import Path

from landloom.checks.map_checks import Mosaic
from landloom.maps.places import Agreement


def read(path: Path | str) -> Mosaic:
    """Read how many pixels of a mosaic hold each value, and what it shows at the places of its tiles."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    pixels = {int(value): number for value, number in content["pixels"].items()}
    return Mosaic(pixels, {tile: Agreement(**one) for tile, one in content["places"].items()})
