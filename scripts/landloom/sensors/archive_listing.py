"""Archive listings: products and the state of their files, without opening any file."""

import datetime
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.core.sidecars import beside
from landloom.sensors.acquisition import Product
from landloom.sensors.inventory import Inventory
from landloom.sensors.registry import find
from landloom.sensors.settings import SensorSettings


def listing(
    settings: Mapping[str, SensorSettings], tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[list[str]]:
    """List the products of a tile and period in the archives of sensors: sensor, date, product, state of its files.

    Snakemake compares the listing with that of the last survey of the tile.
    """
    return [
        [name, product.date.isoformat(), product.name, _state(product)]
        for name, one in settings.items()
        for product in find(one, tile, start, end, inventory)
    ]


def _state(product: Product) -> str:
    """Digest name, size and modification time of all files of a product, independently of the archive's path."""
    paths = product.files or (() if product.content else (product.path,))
    try:
        found: list[object] = [product.content] if product.content else []
        found += sorted(line for path in paths for line in _stamps(path, Path(path).name))
        # Files beside those of a product without a folder: masks, and what GDAL reads of nodata, scale and place.
        found += sorted(
            line for path in product.files for one in beside(path) for line in _stamps(str(one), one.name)
        )
    except OSError as error:
        raise InputError(f"product {product.path}: {error.strerror}") from None
    return digest(found)


def _stamps(path: str, name: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, size and modification time of a file, or of all files below a folder."""
    if not Path(path).is_dir():
        status = Path(path).stat()
        yield name, status.st_size, status.st_mtime_ns
        return
    with os.scandir(path) as folder:
        for entry in folder:
            if entry.is_dir():
                yield from _stamps(entry.path, f"{name}/{entry.name}")
            else:
                status = entry.stat()
                yield f"{name}/{entry.name}", status.st_size, status.st_mtime_ns
