"""Landsat 4 to 9, Collection 2 Level-2 science products by USGS: surface reflectance and temperature.

Source: Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619), Landsat 4-7 (LSDS-1618): names, bits of
QA_PIXEL and QA_RADSAT, reflectance = number * 0.0000275 - 0.2, kelvin = number * 0.00341802 + 149, 0 is no data.
"""

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from landloom.core.errors import InputError
from landloom.core.section import Name, TextLike
from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.sensors.acquisition import Acquisition, Mask, Product, RasterBand, bit_mask
from landloom.sensors.inventory import Entry, Inventory, parse_date
from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.landsat import bands as landsat
from landloom.sensors.landsat import mtl as landsat_metadata
from landloom.sensors.landsat.bands import BANDS_DESCRIPTION, REFLECTIVE, USUAL
from landloom.sensors.processings import Processing, newest_alone
from landloom.sensors.product_files import Members
from landloom.sensors.settings import SensorSettings, check_bands

PathRow = Annotated[str, TextLike(r"\d{6}", "path and row as six digits, in quotes")]


class LandsatC2Settings(SensorSettings):
    """Landsat 4, 5, 7, 8 and 9, Collection 2 Level-2 by USGS; satellites may be combined.

    Products are folders, `.tar` files read in place, or single files in one folder. Products of a tile are in a
    folder of its name, or have the path and row that it is named after (`199029`, `tile199029`), or those in
    `path_rows`.
    """

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["landsat_c2"]
    bands: list[str] = Field(
        list(USUAL),
        description=f"{BANDS_DESCRIPTION}{', '.join(REFLECTIVE)}, thermal (coastal: Landsat 8 and 9 only; "
        "thermal: surface temperature in kelvin, stored times 10)",
        min_length=1,
    )
    path_rows: Annotated[dict[Name, list[PathRow]], KeyEffect.CHOICE] = Field(
        {}, description="tile: the WRS-2 paths and rows of scenes that cover it, in quotes, as `T31TCJ: ['199029']`"
    )
    invalid_bits: list[Annotated[int, Field(ge=0, le=7)]] = Field(
        [0, 1, 2, 3, 4],
        description="bits of QA_PIXEL that mark invalid pixels: 0 fill, 1 dilated cloud, 2 cirrus (Landsat 8 and 9), "
        "3 cloud, 4 cloud shadow, 5 snow, 6 clear, 7 water",
    )
    mask_saturated: bool = Field(
        True, description="whether saturation of a used band (QA_RADSAT) makes a pixel invalid"
    )

    @property
    def hint_without_products(self) -> str:
        """Return a hint for a tile without products."""
        return "Its scenes must be in a folder of its name, or have its path and row; or give `path_rows`."

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, (*REFLECTIVE, "thermal"))


SECTION = LandsatC2Settings

NAME = re.compile(
    r"(?P<product>L[CETO]0(?P<satellite>[45789])_L2S[PR]_(?P<tile>(?P<path>\d{3})\d{3})_(?P<date>\d{8})"
    r"_(?P<processed>\d{8})_02_(?:T1|T2|RT))(?P<rest>\.tar|_[A-Z0-9_]+\.(?:TIF|tif|txt|json|xml))?"
)
"""Name of a folder, of a .tar file, or of a single file of a product that has neither."""

REFLECTANCE_SCALING = (2.75e-5, -0.2)
TEMPERATURE_SCALING = (0.00341802, 149.0)
"""Scale and offset of products without metadata."""

KELVIN_SCALE = 10
"""Stored value of 1 K: temperatures on Earth (200 to 350 K) are 2000 to 3500, steps of 0.1 K."""

FILL_BIT = 0

_SATURATION_OF_TEMPERATURE = {4: (5,), 5: (5,), 7: (5, 8)}
"""Bits of QA_RADSAT for thermal bands: B6; low and high gain of ETM+. TIRS has none."""


def find(
    settings: LandsatC2Settings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the products of a tile within a period; of each scene, the latest processing is the newest."""
    found = []
    for parts in _of_tile(settings, tile, inventory).values():
        match, path = parts[0]
        date = parse_date(match["date"])
        if date and start <= date <= end:
            files = () if match["rest"] in (None, ".tar") else tuple(str(part) for _, part in parts)
            key = (match["satellite"], match["tile"], match["date"])
            final = not match["product"].endswith("_RT")
            version = (match["processed"], final, match["rest"] is None, match["rest"] == ".tar")
            found.append(Processing(Product(date, match["product"], str(path), files), key, version))
    return newest_alone(found)


def _of_tile(settings: LandsatC2Settings, tile: str, inventory: Inventory) -> dict[tuple[str, str], list[Entry]]:
    """Return the entries of products: in the tile's folder, of its path and row, or of those in the section.

    A folder or .tar file is one product; single files of one name form a product together.
    """
    names = [tile, tile.removeprefix("tile"), *settings.path_rows.get(tile, [])]
    there = {path: (match, path) for name in names for match, path in _entries(settings, name, inventory)}
    products: dict[tuple[str, str], list[Entry]] = {}
    for match, path in sorted(there.values(), key=lambda entry: entry[1]):
        whole = match["rest"] in (None, ".tar")
        position = str(path) if whole else str(path.parent)
        products.setdefault((position, match["product"]), []).append((match, path))
    return products


def _entries(settings: LandsatC2Settings, name: str, inventory: Inventory) -> list[Entry]:
    return inventory.entries(Path(settings.archive), NAME, name)


def common_names(settings: LandsatC2Settings) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return landsat.letters(settings.bands)


def orbit(product: Product) -> int:
    """Return the WRS path of a product from its name."""
    return int(_match(product)["path"])


def _match(product: Product) -> re.Match[str]:
    match = NAME.fullmatch(product.name)
    assert match
    return match


def describe(settings: LandsatC2Settings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product, scaled by its metadata or, without metadata, by Collection 2's scaling."""
    satellite, members = int(_match(product)["satellite"]), Members(product)
    metadata = landsat_metadata.name_of(members)
    groups = landsat_metadata.groups(members, metadata) if metadata else {}
    where = f"{members.position}: {metadata}"
    bands = tuple((band, _band(members, satellite, band, groups, where)) for band in settings.bands)
    # Temperatures may be missing at valid reflectances (unknown emissivity).
    covered = FILL_BIT in settings.invalid_bits and "thermal" not in settings.bands
    sources = (members.gdal_path(metadata),) if metadata else ()
    masks = _masks(settings, satellite, members)
    return Acquisition(sensor, tile, product.date, product.name, bands, masks, covered, sources, cut="scene")


def _band(
    members: Members, satellite: int, band: str, groups: Mapping[str, Mapping[str, str]], where: str
) -> RasterBand:
    """Return the file of a band by its common name."""
    if band == "thermal":
        layer = "ST_B10" if satellite >= 8 else "ST_B6"
        return _scaled(
            members, layer, groups, (landsat_metadata.TEMPERATURE, f"TEMPERATURE_{{}}_BAND_{layer}"), where
        )
    numbers = landsat.numbers(satellite)
    if band not in numbers:
        raise InputError(f"product {members.position}: Landsat {satellite} has no band {band}")
    keys = (landsat_metadata.REFLECTANCE, f"REFLECTANCE_{{}}_BAND_{numbers[band]}")
    return _scaled(members, f"SR_B{numbers[band]}", groups, keys, where)


def _scaled(
    members: Members, layer: str, groups: Mapping[str, Mapping[str, str]], keys: tuple[str, str], where: str
) -> RasterBand:
    """Return a layer's file with scale and offset from a group of the metadata."""
    what = f"band {layer}"
    what += " (an L2SR product has no temperature)" * ("_L2SR_" in members.product.name and layer.startswith("ST"))
    path = members.one(rf"_{layer}\.(TIF|tif)$", what)
    group, key = keys
    factor, summand = REFLECTANCE_SCALING if layer.startswith("SR") else TEMPERATURE_SCALING
    if groups:
        factor = landsat_metadata.number(groups.get(group, {}), key.format("MULT"), where)
        summand = landsat_metadata.number(groups.get(group, {}), key.format("ADD"), where)
    scale = REFLECTANCE_SCALE if layer.startswith("SR") else KELVIN_SCALE
    return RasterBand(path, gain=factor * scale, shift=summand * scale, nodata=(0.0,), unit=scale)


def _masks(settings: LandsatC2Settings, satellite: int, members: Members) -> tuple[Mask, ...]:
    """Return the masks: QA_PIXEL, and QA_RADSAT with a bit per band."""
    masks = [Mask(_quality(members, "QA_PIXEL"), bit_mask(settings.invalid_bits))]
    if settings.mask_saturated:
        numbers = landsat.numbers(satellite)
        bits = {numbers[band] - 1 for band in settings.bands if band in numbers}
        bits.update(_SATURATION_OF_TEMPERATURE.get(satellite, ()) if "thermal" in settings.bands else ())
        masks += [Mask(_quality(members, "QA_RADSAT"), bit_mask(bits))] if bits else []
    return tuple(masks)


def _quality(members: Members, layer: str) -> RasterBand:
    return RasterBand(members.one(rf"_{layer}\.(TIF|tif)$", f"mask {layer}"))
