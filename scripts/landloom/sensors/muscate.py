"""MUSCATE product format, common to several families: names, versions, masks, orbit.

Source: MUSCATE product format, https://labo.obs-mip.fr/multitemp/theia-sentinel-2-product-format .
"""

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.sensors.acquisition import Mask, Product, RasterBand, bit_mask
from landloom.sensors.inventory import Inventory, parse_date, refuse_misplaced
from landloom.sensors.processings import Processing, newest_alone
from landloom.sensors.product_files import Members
from landloom.sensors.settings import SensorSettings
from landloom.sensors.xml import parse_xml

ANY_BIT = 0xFF


class MuscateSettings(SensorSettings):
    """Level-2A products by THEIA in MAJA's format."""

    reflectance: Literal["FRE", "SRE"] = Field(
        "FRE", description="slope-corrected (FRE) or not (SRE) surface reflectance"
    )
    invalid_bits: dict[Literal["CLM", "SAT", "EDG"], Literal["any"] | list[int]] = Field(
        {"CLM": "any", "SAT": "any", "EDG": "any"},
        description="per mask file, the bits (0 to 7) that mark a pixel as invalid, or `any`; "
        "masks that are not named are not used",
    )

    @field_validator("invalid_bits")
    @classmethod
    def _bits_of_a_byte(cls, rules: dict[str, Any]) -> dict[str, Any]:
        for mask, bits in rules.items():
            if bits != "any" and not set(bits) <= set(range(8)):
                raise ValueError(f"bits of {mask} must be between 0 and 7, not {bits}")
        return rules


def find(
    name: re.Pattern[str],
    archive: str,
    tile: str,
    period: tuple[datetime.date, datetime.date],
    inventory: Inventory,
) -> list[Product]:
    """Return a tile's products within a period; of each acquisition, the latest version is the newest.

    Parameters
    ----------
    name : pattern
        Pattern of product names with the groups satellite, date, time, tile, letter, major and minor.
    """
    found = []
    for match, path in inventory.entries(Path(archive), name, tile):
        date = parse_date(match["date"])
        if match["tile"] != tile:
            refuse_misplaced(path, tile)
        elif date and period[0] <= date <= period[1]:
            key = (match["satellite"], match["date"], match["time"])
            product = Product(date, path.name.removesuffix(".zip"), str(path))
            found.append(Processing(product, key, _version(match)))
    return newest_alone(found)


def _version(match: re.Match[str]) -> tuple[int, int, str]:
    """Return the sort key of versions: the numbers as numbers (10 after 9), then the letter."""
    return int(match["major"]), int(match["minor"]), match["letter"]


def band(members: Members, reflectance: str, name: str, nodata: float) -> RasterBand:
    """Return a band's file."""
    path = members.one(rf"_{reflectance}_{name}\.tif$", f"band {reflectance}_{name}")
    return RasterBand(path, nodata=(nodata,))


def mask_file(members: Members, mask: str, resolution: str) -> RasterBand:
    """Return a mask's file at a resolution: R1 (10 m bands), R2 (20 m bands) or XS (Landsat)."""
    return RasterBand(members.one(rf"MASKS/.*_{mask}_{resolution}\.tif$", f"mask {mask}_{resolution}"))


def masks(members: Members, rules: dict[Any, Any], resolutions: Collection[str]) -> Iterator[Mask]:
    """Yield the configured masks of MAJA.

    Clouds are the same at all resolutions; saturation and edges are given per resolution.

    Parameters
    ----------
    rules : dict of str: list of int or "any"
        Bits of each mask that mark a pixel as invalid.
    resolutions : collection of str
        The first one is used for clouds.
    """
    for mask, bits in rules.items():
        invalid = ANY_BIT if bits == "any" else bit_mask(bits)
        for resolution in list(resolutions)[:1] if mask == "CLM" else resolutions:
            yield Mask(mask_file(members, mask, resolution), invalid_bits=invalid)


def tell_nodata(rules: Mapping[Any, Any]) -> bool:
    """Return whether the configured masks of MAJA cover missing pixels of the bands: those of edges do."""
    return rules.get("EDG") == "any"


def orbit(product: Product) -> int:
    """Return the relative orbit (for Landsat, the path) of a product from its metadata.

    Raises
    ------
    InputError
        If the metadata have no orbit.
    """
    members = Members(product)
    name = members.only([one for one in members.names if one.endswith("_MTD_ALL.xml")], "metadata *_MTD_ALL.xml")
    where = f"{product.path}: {name}"
    element = parse_xml(members.text(name), where).find(".//ORBIT_NUMBER")
    text = (element.text or "").strip() if element is not None else ""
    if not re.fullmatch("[0-9]{1,6}", text):
        raise InputError(f"{where}: ORBIT_NUMBER is {shortened(repr(text))}, not an orbit number")
    return int(text)
