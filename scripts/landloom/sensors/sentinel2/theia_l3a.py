"""Sentinel-2 Level-3A by THEIA: monthly syntheses of Level-2A products by WASP (MUSCATE format).

Source: format of L3A products, https://labo.obs-mip.fr/multitemp/theias-l3a-product-format . A synthesis is dated by
one day of its month; its satellite is ``SENTINEL2X`` if both contribute.
"""

import datetime
import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from landloom.core.stored_values import NODATA
from landloom.sensors import muscate
from landloom.sensors.acquisition import Acquisition, Mask, Product
from landloom.sensors.inventory import Inventory
from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.product_files import Members
from landloom.sensors.sentinel2.bands import SENTINEL2_BANDS, letters, resolutions
from landloom.sensors.settings import SensorSettings, check_bands


class Sentinel2L3aSettings(SensorSettings):
    """Monthly syntheses of Sentinel-2, Level-3A by THEIA/WASP (MUSCATE format)."""

    type: Literal["sentinel2_l3a"]
    output_dates: Annotated[Literal["steps", "own"], KeyEffect.OUTPUT_DATES] = Field(
        "own", description="output dates: the syntheses' own, which all tiles must share, or every `step_days` days"
    )
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    invalid_values: list[Annotated[int, Field(ge=0, le=255)]] = Field(
        [0, 1],
        description="values of the mask FLG that make a pixel invalid: 0 no data, 1 cloud, 2 snow, 3 water, 4 land",
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, SENTINEL2_BANDS)


SECTION = Sentinel2L3aSettings

NAME = re.compile(
    r"(?P<satellite>SENTINEL2[A-Z])_(?P<date>\d{8})-(?P<time>\d{6}-\d{3})_L3A_(?P<tile>T\d{2}[A-Z]{3})"
    r"_(?P<letter>[A-Z])_V(?P<major>\d+)-(?P<minor>\d+)(?:\.zip)?"
)

FLAG_NODATA = 0
"""Nodata value of the mask FLG."""


def find(
    settings: Sentinel2L3aSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return a tile's syntheses within a period; of each, the latest version is the newest."""
    return muscate.find(NAME, settings.archive, tile, (start, end), inventory)


def common_names(settings: Sentinel2L3aSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return letters(settings.bands)


def describe(settings: Sentinel2L3aSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a synthesis: slope-corrected bands (FRC) and the pixel classes (FLG)."""
    members = Members(product)
    bands = tuple((name, muscate.band(members, "FRC", name, NODATA)) for name in settings.bands)
    invalid = tuple(settings.invalid_values)
    flags = (muscate.mask_file(members, "FLG", resolution) for resolution in resolutions(settings.bands))
    masks = tuple(Mask(flag, invalid_values=invalid) for flag in flags)
    covered = FLAG_NODATA in invalid
    return Acquisition(sensor, tile, product.date, product.name, bands, masks, covered, cut="tile")
