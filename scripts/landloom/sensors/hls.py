"""Harmonized Landsat and Sentinel-2 by NASA, version 2.0: HLSL30 and HLSS30, on the tiles of Sentinel-2.

Source: HLS Product User Guide 2.0 (names, bands, bits of Fmask; reflectance times 10000, -9999 is no data).
"""

import datetime
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from landloom.sensors.acquisition import Acquisition, Mask, Product, RasterBand, bit_mask
from landloom.sensors.inventory import Entry, Inventory, parse_date, refuse_misplaced
from landloom.sensors.landsat import bands as landsat
from landloom.sensors.landsat.bands import REFLECTIVE, USUAL
from landloom.sensors.processings import Processing, newest_alone
from landloom.sensors.product_files import Members
from landloom.sensors.settings import SensorSettings, check_bands


class HlsSettings(SensorSettings):
    """Harmonized Landsat and Sentinel-2 by NASA, version 2.0: L30 and S30 form one series."""

    type: Literal["hls"]
    bands: list[str] = Field(
        list(USUAL),
        description=f"bands to use by their common names, in this order: {', '.join(REFLECTIVE)}",
        min_length=1,
    )
    products: list[Literal["L30", "S30"]] = Field(
        ["L30", "S30"], description="products of Landsat (L30), of Sentinel-2 (S30)", min_length=1
    )
    invalid_bits: list[Annotated[int, Field(ge=0, le=5)]] = Field(
        [0, 1, 2, 3],
        description="bits of Fmask that mark a pixel as invalid: 0 cirrus, 1 cloud, 2 adjacent to cloud or shadow, "
        "3 cloud shadow, 4 snow or ice, 5 water; the value 255 (no data) always does",
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, REFLECTIVE)


SECTION = HlsSettings

NAME = re.compile(
    r"(?P<product>HLS\.(?P<kind>[LS]30)\.(?P<tile>T\d{2}[A-Z]{3})\.(?P<date>\d{7})T(?P<time>\d{6})"
    r"\.v(?P<major>\d+)\.(?P<minor>\d+))(?P<rest>\.[A-Za-z0-9]+\.tif)?"
)
"""Name of a folder, or of a file of a product without a folder of its own."""

BANDS = {
    "L30": {"coastal": "B01", "blue": "B02", "green": "B03", "red": "B04", "nir08": "B05", "swir16": "B06"}
    | {"swir22": "B07"},
    "S30": {"coastal": "B01", "blue": "B02", "green": "B03", "red": "B04", "nir08": "B8A", "swir16": "B11"}
    | {"swir22": "B12"},
}
"""Band of each common name: the bands that both harmonize."""

HLS_NODATA = -9999
FMASK_NODATA = 255


def find(
    settings: HlsSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return a tile's products within a period; of each acquisition, the latest version is the newest."""
    products: dict[tuple[str, str], list[Entry]] = {}
    for match, path in inventory.entries(Path(settings.archive), NAME, tile):
        if match["tile"] != tile:
            refuse_misplaced(path, tile)
        elif match["kind"] in settings.products:
            position = str(path.parent) if match["rest"] else str(path)
            products.setdefault((position, match["product"]), []).append((match, path))
    found = []
    for parts in products.values():
        match, path = parts[0]
        date = parse_date(match["date"], "%Y%j")
        if date and start <= date <= end:
            files = tuple(str(part) for _, part in parts) if match["rest"] else ()
            version = (int(match["major"]), int(match["minor"]), not files)
            key = (match["kind"], match["date"], match["time"])
            found.append(Processing(Product(date, match["product"], str(path), files), key, version))
    return newest_alone(found)


def common_names(settings: HlsSettings) -> dict[str, str]:
    """Return the standard letter of each band."""
    return landsat.letters(settings.bands)


def describe(settings: HlsSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product: the configured bands, and Fmask."""
    match = NAME.fullmatch(product.name)
    assert match
    members = Members(product)
    layers = BANDS[match["kind"]]
    bands = tuple((band, _layer(members, layers[band], (HLS_NODATA,))) for band in settings.bands)
    mask = Mask(_layer(members, "Fmask"), bit_mask(settings.invalid_bits), invalid_values=(FMASK_NODATA,))
    return Acquisition(sensor, tile, product.date, product.name, bands, (mask,), cut="tile")


def _layer(members: Members, layer: str, nodata: tuple[float, ...] = ()) -> RasterBand:
    return RasterBand(members.one(rf"\.{layer}\.tif$", f"layer {layer}"), nodata=nodata)
