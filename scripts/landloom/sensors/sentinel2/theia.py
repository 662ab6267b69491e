"""Sentinel-2 Level-2A by THEIA/MAJA, product family (MUSCATE format)."""

import datetime
import re
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from landloom.core.stored_values import NODATA
from landloom.sensors import muscate
from landloom.sensors.acquisition import Acquisition, Product
from landloom.sensors.inventory import Inventory
from landloom.sensors.muscate import MuscateSettings
from landloom.sensors.muscate import orbit as orbit
from landloom.sensors.product_files import Members
from landloom.sensors.sentinel2.bands import SENTINEL2_BANDS, letters, resolutions
from landloom.sensors.settings import check_bands


class TheiaSettings(MuscateSettings):
    """Sentinel-2 Level-2A by THEIA/MAJA (MUSCATE format)."""

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["sentinel2_theia"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, SENTINEL2_BANDS)


SECTION = TheiaSettings

NAME = re.compile(
    r"(?P<satellite>SENTINEL2[A-Z])_(?P<date>\d{8})-(?P<time>\d{6}-\d{3})_L2A_(?P<tile>T\d{2}[A-Z]{3})"
    r"_(?P<letter>[A-Z])_V(?P<major>\d+)-(?P<minor>\d+)(?:\.zip)?"
)


def find(
    settings: TheiaSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return a tile's products within a period; of each acquisition, the latest version is the newest."""
    return muscate.find(NAME, settings.archive, tile, (start, end), inventory)


def common_names(settings: TheiaSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return letters(settings.bands)


def describe(settings: TheiaSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product: the configured bands and masks.

    Masks of the 20 m bands (R2) are read if there are such bands.
    """
    members = Members(product)
    bands = tuple((name, muscate.band(members, settings.reflectance, name, NODATA)) for name in settings.bands)
    masks = tuple(muscate.masks(members, settings.invalid_bits, resolutions(settings.bands)))
    covered = muscate.tell_nodata(settings.invalid_bits)
    return Acquisition(sensor, tile, product.date, product.name, bands, masks, covered, cut="tile")
