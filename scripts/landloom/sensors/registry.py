"""Product families: one module each, found here by the type that the configuration names."""

import datetime
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.sensors import hls, series
from landloom.sensors.acquisition import Acquisition, Product
from landloom.sensors.any_sensor import AnySensor
from landloom.sensors.inventory import Inventory
from landloom.sensors.landsat import collection2, theia_n2a
from landloom.sensors.landsat import theia as landsat8_theia
from landloom.sensors.landsat.settings import LandsatC2Settings
from landloom.sensors.sentinel2 import sen2cor, theia, theia_l3a
from landloom.sensors.series_settings import SeriesSettings
from landloom.sensors.stac import products as stac
from landloom.sensors.stac.settings import StacSettings

_MODULES: dict[str, ModuleType] = {
    "sentinel2_theia": theia,
    "sentinel2_sen2cor": sen2cor,
    "sentinel2_l3a": theia_l3a,
    "landsat8_theia": landsat8_theia,
    "landsat_theia_old": theia_n2a,
    "landsat_c2": collection2,
    "hls": hls,
    "series": series,
    "stac": stac,
}


def find(
    settings: AnySensor,
    tile: str,
    start: datetime.date,
    end: datetime.date,
    inventory: Inventory | None = None,
) -> list[Product]:
    """Return the products of a tile within a period, sorted by date and name.

    Parameters
    ----------
    inventory : Inventory or None
        Remembers what archives hold: to be shared by those who ask for many tiles, and soon given up.
    """
    return _MODULES[settings.type].find(settings, tile, start, end, inventory or Inventory())


def no_products(sensor: str, settings: AnySensor, tile: str, period: tuple[datetime.date, datetime.date]) -> str:
    """Return the message of a tile without products, and what may be wrong."""
    hint = ""
    if isinstance(settings, SeriesSettings):
        told_by = (
            f"their dates `{settings.date_format}`" if settings.dates is None else "are its `dates` of that time"
        )
        hint = f" And do its files fit `{settings.file}`, {told_by}?"
    if isinstance(settings, LandsatC2Settings):
        hint = " Its scenes lie in a folder of its name, or are of its path and row; or give `path_rows`."
    if isinstance(settings, StacSettings):
        hint = " Items tell their tile by grid:code, mgrs, s2 or landsat:wrs properties; or give `boxes`."
    return (
        f"sensors.{sensor}: no product of tile {tile} from {period[0]} to {period[1]} in {settings.archive}; "
        f"are the archive and the tile's name right?{hint}"
    )


def describe(settings: AnySensor, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product, ready to be read.

    Raises
    ------
    InputError
        Where a file is missing or its metadata cannot be used.
    """
    return _MODULES[settings.type].describe(settings, sensor, tile, product)


def why_unwanted(settings: AnySensor, product: Product) -> str:
    """Return by which filter of a sensor's section a product is left out; nothing where by none.

    Its clear share is not known yet.

    Raises
    ------
    InputError
        Where the product does not tell its orbit, as those of its family do.
    """
    if settings.days and not _within(product.date, *settings.days):
        return f"{product.date} is not from {settings.days[0]} to {settings.days[1]} (`days`)"
    if settings.orbits and (orbit := _MODULES[settings.type].orbit(product)) not in settings.orbits:
        return f"orbit {orbit} is not among {settings.orbits} (`orbits`)"
    return ""


def _within(date: datetime.date, first: str, last: str) -> bool:
    """Return whether a date is from one day of the year, as MM-DD, to another, maybe of the next year."""
    day = date.strftime("%m-%d")
    return first <= day <= last if first <= last else day >= first or day <= last


def common_names(settings: AnySensor) -> dict[str, str]:
    """Return the standard letter of each band that has one, as spyndex names bands."""
    return _MODULES[settings.type].common_names(settings)


def listing(
    settings: Mapping[str, AnySensor], tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[list[str]]:
    """Return what the archives of sensors hold for a tile and period: sensor, date, product, state of its files.

    Snakemake compares it with what it was when the tile was last surveyed.
    """
    return [
        [name, product.date.isoformat(), product.name, _state(product)]
        for name, one in settings.items()
        for product in find(one, tile, start, end, inventory)
    ]


def _state(product: Product) -> str:
    """Digest name, size and time of change of all files of a product, wherever the archive lies."""
    paths = product.files or (() if product.content else (product.path,))
    try:
        found: list[object] = [product.content] if product.content else []
        found += sorted(line for path in paths for line in _stamps(path, Path(path).name))
    except OSError as error:
        raise InputError(f"product {product.path}: {error.strerror}") from None
    return digest(found)


def _stamps(path: str, name: str) -> Iterator[tuple[str, int, int]]:
    """Give name, size and time of change of a file, or of the files below a folder."""
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
