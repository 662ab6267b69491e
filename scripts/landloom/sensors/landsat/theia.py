"""Landsat 8 Level-2A by THEIA, as MAJA writes it (MUSCATE format), on the tiles of Sentinel-2."""

import datetime
import re
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from landloom.core.stored_values import NODATA
from landloom.sensors import muscate
from landloom.sensors.acquisition import Acquisition, Product
from landloom.sensors.inventory import Inventory
from landloom.sensors.landsat import bands as landsat
from landloom.sensors.muscate import MuscateSettings
from landloom.sensors.muscate import orbit as orbit
from landloom.sensors.product_files import Members
from landloom.sensors.settings import check_bands

LANDSAT8_BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")


class Landsat8TheiaSettings(MuscateSettings):
    """Landsat 8 Level-2A by THEIA/MAJA (MUSCATE format), on the tiles of Sentinel-2."""

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["landsat8_theia"]
    bands: list[str] = Field(list(LANDSAT8_BANDS), description="bands to use, in this order", min_length=1)

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, LANDSAT8_BANDS)


SECTION = Landsat8TheiaSettings

NAME = re.compile(
    r"(?P<satellite>LANDSAT8)(?:-OLITIRS-XS)?_(?P<date>\d{8})-(?P<time>\d{6}-\d{3})_L2A_(?P<tile>[A-Za-z0-9-]+)"
    r"_(?P<letter>[A-Z])_V(?P<major>\d+)-(?P<minor>\d+)(?:\.zip)?"
)

_COMMON = {f"B{number}": name for name, number in landsat.OLI.items()}


def find(
    settings: Landsat8TheiaSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return a tile's products within a period; of each acquisition, the latest version is the newest."""
    return muscate.find(NAME, settings.archive, tile, (start, end), inventory)


def common_names(settings: Landsat8TheiaSettings) -> dict[str, str]:
    """Return the standard letter of each band."""
    return {band: landsat.LETTERS[_COMMON[band]] for band in settings.bands}


def describe(settings: Landsat8TheiaSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product: the configured bands and masks."""
    members = Members(product)
    bands = tuple((name, muscate.band(members, settings.reflectance, name, NODATA)) for name in settings.bands)
    masks = tuple(muscate.masks(members, settings.invalid_bits, ["XS"]))
    covered = muscate.tell_nodata(settings.invalid_bits)
    return Acquisition(sensor, tile, product.date, product.name, bands, masks, covered, cut="tile")
