"""Product families: one module each, found here by the type that the configuration names."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from landloom.config import AnySensor, SeriesSettings
from landloom.errors import InputError
from landloom.sensors import sen2cor, sentinel2, series, theia
from landloom.sensors.base import Acquisition, Inventory, Product

_MODULES: dict[str, ModuleType] = {
    "sentinel2_theia": theia,
    "sentinel2_sen2cor": sen2cor,
    "series": series,
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


def describe(settings: AnySensor, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product, ready to be read.

    Raises
    ------
    InputError
        Where a file is missing or its metadata cannot be used.
    """
    return _MODULES[settings.type].describe(settings, sensor, tile, product)


def common_names(settings: AnySensor) -> dict[str, str]:
    """Return the standard letter of each band that has one, as spyndex names bands."""
    if isinstance(settings, SeriesSettings):
        return dict(settings.common_names)
    return {band: sentinel2.COMMON_NAMES[band] for band in settings.bands}


def listing(
    settings: Mapping[str, AnySensor], tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[list]:
    """Return what the archives of sensors hold for a tile and period: sensor, product, size and time of change.

    Snakemake compares it with what it was when the tile was last mapped.
    """
    return [
        [name, product.name, *_stamp(product.path)]
        for name, one in settings.items()
        for product in find(one, tile, start, end, inventory)
    ]


def _stamp(path: str) -> tuple[int, int]:
    """Return size and time of change."""
    try:
        status = Path(path).stat()
    except OSError as error:
        raise InputError(f"product {path}: {error.strerror}") from None
    return status.st_size, status.st_mtime_ns
