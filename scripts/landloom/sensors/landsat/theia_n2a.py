"""Landsat 5, 7 and 8 by THEIA before 2017: N2A products on tiles as D0005H0002, in one file of several bands.

Source: the products themselves. Reflectances are stored times 1000, slope-corrected (ORTHO_SURF_CORR_PENTE).
"""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA, REFLECTANCE_SCALE
from landloom.sensors.acquisition import Acquisition, Mask, Product, RasterBand, bit_mask
from landloom.sensors.inventory import Inventory, parse_date, refuse_misplaced
from landloom.sensors.landsat import bands as landsat
from landloom.sensors.landsat.bands import BANDS_DESCRIPTION, REFLECTIVE, USUAL
from landloom.sensors.processings import Processing, newest_alone
from landloom.sensors.product_files import Members
from landloom.sensors.settings import SensorSettings, check_bands


class LandsatTheiaOldSettings(SensorSettings):
    """Landsat 5, 7 and 8 by THEIA before 2017 (N2A, tiles as D0005H0002); satellites may be combined."""

    type: Literal["landsat_theia_old"]
    bands: list[str] = Field(
        list(USUAL),
        description=f"{BANDS_DESCRIPTION}{', '.join(REFLECTIVE)} (coastal: Landsat 8 only)",
        min_length=1,
    )
    scale: Annotated[float, Field(gt=0)] = Field(0.001, description="reflectance = stored value x scale")
    invalid_bits: dict[Literal["NUA", "SAT", "DIV"], Literal["any"] | list[Annotated[int, Field(ge=0, le=15)]]] = (
        Field(
            {"NUA": "any", "SAT": "any", "DIV": [0]},
            description="per mask file (clouds, saturation, diverse), the bits that mark invalid pixels, or `any`; a "
            "mask that is not named is not used. Bit 0 of DIV: no data",
        )
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, REFLECTIVE)


SECTION = LandsatTheiaOldSettings

NAME = re.compile(
    r"LANDSAT(?P<satellite>[578])_(?P<instrument>[A-Z+]+)_XS_(?P<date>\d{8})_N2A_(?P<place>[A-Za-z-]*?)"
    r"(?P<tile>D\d{4}H\d{4})(?:\.zip)?"
)

ANY_BIT = 0xFFFF
NODATA_BIT = 0
"""Nodata bit of the mask DIV."""


def find(
    settings: LandsatTheiaOldSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return a tile's products within a period; a folder takes precedence over the same product as .zip."""
    found = []
    for match, path in inventory.entries(Path(settings.archive), NAME, tile):
        date = parse_date(match["date"])
        if match["tile"] != tile:
            refuse_misplaced(path, tile)
        elif date and start <= date <= end:
            product = Product(date, path.name.removesuffix(".zip"), str(path))
            found.append(Processing(product, (match["satellite"], match["date"]), (path.suffix != ".zip",)))
    return newest_alone(found)


def common_names(settings: LandsatTheiaOldSettings) -> dict[str, str]:
    """Return the standard letter of each band."""
    return landsat.letters(settings.bands)


def describe(settings: LandsatTheiaOldSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the file of a product, the numbers of its bands, and the configured masks."""
    match = NAME.fullmatch(product.name)
    assert match
    members = Members(product)
    path = members.one(r"_ORTHO_SURF_CORR_PENTE_[^/]*\.TIF$", "file ORTHO_SURF_CORR_PENTE")
    # The file holds the bands in order without thermal infrared: the sixth is B7 of a TM.
    positions = list(landsat.numbers(int(match["satellite"])))
    lacking = [band for band in settings.bands if band not in positions]
    if lacking:
        raise InputError(f"product {product.path}: Landsat {match['satellite']} has no band {lacking[0]}")
    gain = settings.scale * REFLECTANCE_SCALE
    bands = tuple(
        (band, RasterBand(path, positions.index(band) + 1, gain, nodata=(NODATA,))) for band in settings.bands
    )
    masks = tuple(_masks(settings, members))
    diverse = settings.invalid_bits.get("DIV", [])
    covered = diverse == "any" or NODATA_BIT in diverse
    return Acquisition(sensor, tile, product.date, product.name, bands, masks, covered, cut="tile")


def _masks(settings: LandsatTheiaOldSettings, members: Members) -> Iterator[Mask]:
    for mask, bits in settings.invalid_bits.items():
        invalid = ANY_BIT if bits == "any" else bit_mask(bits)
        source = RasterBand(members.one(rf"MASK/[^/]*_{mask}\.TIF$", f"mask {mask}"))
        yield Mask(source, invalid_bits=invalid)
