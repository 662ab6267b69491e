"""Sentinel-2 Level-2A by THEIA, as MAJA writes it (MUSCATE format).

Source: MUSCATE product format, https://labo.obs-mip.fr/multitemp/theia-sentinel-2-product-format .
"""

import datetime
import re
from pathlib import Path

from landloom.sensors.base import (
    NODATA,
    Acquisition,
    Inventory,
    Mask,
    Members,
    Product,
    RasterBand,
    latest_versions,
    parse_date,
    refuse_misplaced,
)
from landloom.sensors.sentinel2 import BANDS_OF_10_M, letters
from landloom.sentinel2_settings import TheiaSettings

NAME = re.compile(
    r"(?P<satellite>SENTINEL2[A-Z])_(?P<date>\d{8})-(?P<time>\d{6}-\d{3})_L2A_(?P<tile>T\d{2}[A-Z]{3})"
    r"_(?P<letter>[A-Z])_V(?P<major>\d+)-(?P<minor>\d+)(?:\.zip)?"
)


def find(
    settings: TheiaSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return a tile's products within a period; of several versions of one acquisition, the latest."""
    found = []
    for match, path in inventory.entries(Path(settings.archive), NAME, tile):
        date = parse_date(match["date"])
        if match["tile"] != tile:
            refuse_misplaced(path, tile)
        elif date and start <= date <= end:
            name = path.name.removesuffix(".zip")
            key = (match["satellite"], match["date"], match["time"])
            found.append((key, _version(match), Product(date, name, str(path))))
    return latest_versions(found)


def common_names(settings: TheiaSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return letters(settings.bands)


def _version(match: re.Match[str]) -> tuple[int, int, str]:
    """Return what orders versions: the numbers as numbers (10 after 9), then the letter."""
    return int(match["major"]), int(match["minor"]), match["letter"]


def describe(settings: TheiaSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product: bands as asked for, and the masks that the configuration names."""
    members = Members(product)
    bands = tuple((band, _band(members, settings.reflectance, band)) for band in settings.bands)
    masks = []
    for mask, bits in settings.invalid_bits.items():
        invalid = 0xFF if bits == "any" else sum(1 << bit for bit in set(bits))
        masks += [Mask(source, invalid_bits=invalid) for source in _mask_files(members, settings, mask)]
    return Acquisition(sensor, tile, product.date, product.name, bands, tuple(masks))


def _band(members: Members, reflectance: str, band: str) -> RasterBand:
    path = members.one(rf"_{reflectance}_{band}\.tif$", f"band {reflectance}_{band}")
    return RasterBand(path, nodata=NODATA)


def _mask_files(members: Members, settings: TheiaSettings, mask: str) -> list[RasterBand]:
    """Return a mask's files: R1 for the 10 m bands; R2 too, where it tells something new of the 20 m bands.

    Clouds are the same at both resolutions; saturation and edges are those of the bands.
    """
    resolutions = ["R1"]
    if mask != "CLM" and set(settings.bands) - BANDS_OF_10_M:
        resolutions.append("R2")
    return [RasterBand(members.one(rf"MASKS/.*_{mask}_{name}\.tif$", f"mask {mask}_{name}")) for name in resolutions]
