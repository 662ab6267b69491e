"""Archive listings: products and the state of their files, without opening any file.

An archive of all places, as one of radar without `boxes`, is one line for all of it: its digest, or that of the last
survey where nothing near the tile has changed since (:mod:`landloom.sensors.sentinel1.nearby`).
"""

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.geo.opening import parts, sidecars
from landloom.sensors.acquisition import Product
from landloom.sensors.inventory import Inventory
from landloom.sensors.registry import find
from landloom.sensors.sentinel1.nearby import Box, Known
from landloom.sensors.settings import SensorSettings


def listing(
    settings: Mapping[str, SensorSettings], tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[list[str]]:
    """List the products of a tile and period in the archives of sensors: sensor, date, product, state of its files.

    Snakemake compares the listing with that of the last survey of the tile.
    """
    return [
        [name, product.date.isoformat(), product.name, _state(product, inventory)]
        for name, one in settings.items()
        for product in find(one, tile, start, end, inventory)
    ]


def near(
    settings: SensorSettings, tile: str, period: tuple[datetime.date, datetime.date], inventory: Inventory, box: Box
) -> str:
    """Return the digest of the products of an archive of all places that may show a tile's box in degrees.

    Raises
    ------
    InputError
        If the archive cannot be listed.
    """
    return digest(listing({"": settings.at(tile, box)}, tile, *period, inventory))


def memory(tile: str, year: str) -> Path:
    """Return the file in which a survey keeps where its tile lies, and what was near it."""
    return Path(".cache", "listings", year, f"{tile}.json")


def known(
    settings: Mapping[str, SensorSettings],
    tile: str,
    period: tuple[datetime.date, datetime.date],
    box: Box,
    lines: Sequence[Sequence[str]],
) -> dict[str, Known]:
    """Return what a survey that begins knows of archives of all places, by sensor.

    Parameters
    ----------
    lines : list of [sensor, date, product, state]
        What Snakemake's plan had.
    """
    inventory = Inventory()
    told = {sensor: product for sensor, _, product, _ in lines}
    everywhere = {name: one for name, one in settings.items() if one.covers_all_places and name in told}
    return {name: Known(told[name], box, near(one, tile, period, inventory, box)) for name, one in everywhere.items()}


def _state(product: Product, inventory: Inventory) -> str:
    """Digest name, size and modification time of all files of a product, independently of the archive's path."""
    try:
        found: list[object] = [product.content] if product.content else []
        if product.files:
            found += sorted(line for path in product.files for line in _lines(path, inventory))
        elif not product.content:
            found += sorted(_stamps(product.path, Path(product.path).name))
        # Files beside those of a product without a folder: masks, and what GDAL reads of nodata, scale and place.
        found += sorted(
            line
            for path in product.files
            for one in _belonging(path, inventory)
            for line in _stamps(one, Path(one).name)
        )
    except OSError as error:
        raise InputError(f"product {product.path}: {error.strerror}") from None
    return digest(found)


def _belonging(path: str, inventory: Inventory) -> Iterator[str]:
    """Yield what belongs to a file of a product: files beside it, and what a virtual raster shows, with the same."""
    for one in parts.with_sources(path):
        folder = os.path.dirname(one) or "."  # noqa: PTH120
        there = inventory.once(("names", folder), partial(_names_in, folder))
        yield from map(str, sidecars.beside(one, there))
        if one != path:
            yield one


def _names_in(folder: str) -> frozenset[str]:
    return frozenset(os.listdir(folder))  # noqa: PTH208


def _lines(path: str, inventory: Inventory) -> list[tuple[str, int, int]]:
    """Return a file, or those of a folder, which may be part of products of several tiles: it is listed once."""
    name = Path(path).name
    if not Path(path).is_dir():
        return list(_stamps(path, name))
    return inventory.once(("state", path), lambda: list(_stamps(path, name)))


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
