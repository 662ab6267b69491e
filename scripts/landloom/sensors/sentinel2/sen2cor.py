"""Sentinel-2 Level-2A by Sen2Cor: .SAFE products of every processing baseline.

Source: Sentinel-2 Products Specification Document (S2-PDGS-TAS-DI-PSD). Since baseline 04.00 numbers have an offset
(``BOA_ADD_OFFSET``, -1000), which the metadata give for each band: reflectance = (number + offset) / quantification
value; 0 is nodata.
"""

import datetime
import functools
import math
import re
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from xml.etree import ElementTree

from pydantic import Field, field_validator

from landloom.core.errors import InputError
from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.core.text import shortened
from landloom.sensors import processings
from landloom.sensors.acquisition import Acquisition, Mask, Product, RasterBand
from landloom.sensors.inventory import Inventory, parse_date, refuse_misplaced
from landloom.sensors.processings import Processing
from landloom.sensors.product_files import Members
from landloom.sensors.sentinel2.bands import BANDS_OF_10_M, SENTINEL2_BANDS, letters
from landloom.sensors.settings import SensorSettings, check_bands
from landloom.sensors.xml import parse_xml


class Sen2corSettings(SensorSettings):
    """Sentinel-2 Level-2A by Sen2Cor (.SAFE, any processing baseline)."""

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["sentinel2_sen2cor"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    invalid_classes: list[Annotated[int, Field(ge=0, le=11)]] = Field(
        [0, 1, 3, 8, 9, 10], description="scene classes (SCL) that mark a pixel as invalid"
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, SENTINEL2_BANDS)


SECTION = Sen2corSettings

NAME = re.compile(
    r"(?P<satellite>S2[A-Z])_MSIL2A_(?P<date>\d{8})T(?P<time>\d{6})_N(?P<baseline>\d{4})_R(?P<orbit>\d{3})"
    r"_(?P<tile>T\d{2}[A-Z]{3})_(?P<discriminator>\d{8}T\d{6})(?:\.SAFE)?(?:\.zip)?"
)

METADATA_BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
"""Bands in the order of ``band_id`` in the metadata, from 0."""

NODATA_CLASS = 0

LARGEST_NUMBER = 1e6
"""Largest offset (-1000) and quantification value (10000); beyond, 16-bit reflectances are meaningless."""


def find(
    settings: Sen2corSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return a tile's products within a period.

    A tile cut by the end of a datastrip comes as two products of one sensing time that differ by their datastrip and
    their discriminator: both are read. If an acquisition, or half of one, was processed several times, that of the
    latest baseline is the newest, among them that of the latest discriminator, the time of its production.
    """
    found = []
    for match, path in inventory.entries(Path(settings.archive), NAME, tile):
        date = parse_date(match["date"])
        if match["tile"] != tile:
            refuse_misplaced(path, tile)
        elif date and start <= date <= end:
            name = path.name.removesuffix(".zip").removesuffix(".SAFE")
            found.append(_processing(match, Product(date, name, str(path))))
    return processings.newest_alone(found)


def common_names(settings: Sen2corSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one."""
    return letters(settings.bands)


def orbit(product: Product) -> int:
    """Return the relative orbit of a product from its name."""
    match = NAME.fullmatch(product.name)
    assert match
    return int(match["orbit"])


def _processing(match: re.Match[str], product: Product) -> Processing:
    sensing, discriminator = match.group("satellite", "date", "time"), match["discriminator"]
    # A folder, then an unpacked name, takes precedence over the same product as .zip.
    version = (discriminator, not product.path.endswith(".zip"))
    return Processing(
        product, sensing, version, match["baseline"], functools.partial(_strip_start, product), part=discriminator
    )


def _strip_start(product: Product) -> str:
    """Return the start of a product's datastrip; empty if unknown. Broken products are reported later.

    The name of the datastrip's folder tells it, else that of the granule's.
    """
    try:
        names = Members(product).names
    except InputError:
        return ""
    strips = [part for name in names for part in re.findall(r"(?:^|/)DATASTRIP/([^/]+)/", name)]
    granules = [part for name in names for part in re.findall(r"(?:^|/)GRANULE/L2A_T\w{5}_A\d{6}(_[^/]+)/", name)]
    starts = [processings.start_of(strip) for strip in strips]
    starts += [processings.start_of(granule.replace("_", "_S")) for granule in granules]
    return next(filter(None, starts), "")


def describe(settings: Sen2corSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product's granule, scaled by its metadata."""
    members = Members(product)
    metadata = _metadata_name(members)
    offsets, quantification = _scaling(members, metadata)
    gain = REFLECTANCE_SCALE / quantification
    bands = tuple(
        (
            band,
            RasterBand(
                _band_file(members, tile, band), gain=gain, shift=offsets.get(band, 0.0) * gain, nodata=(0.0,)
            ),
        )
        for band in settings.bands
    )
    scl = RasterBand(members.one(_image(tile, "SCL", "20m"), "scene classification (SCL_20m)"))
    mask = Mask(scl, invalid_values=tuple(settings.invalid_classes))
    sources = (members.gdal_path(metadata),)
    covered = NODATA_CLASS in settings.invalid_classes
    return Acquisition(sensor, tile, product.date, product.name, bands, (mask,), covered, sources, cut="tile")


def _image(tile: str, layer: str, resolution: str) -> str:
    """Return a regular expression for an image file; products of 2016 hold several granules."""
    return rf"GRANULE/[^/]*{tile}[^/]*/IMG_DATA/(?:R{resolution}/)?[^/]*_{layer}_{resolution}\.jp2$"


def _band_file(members: Members, tile: str, band: str) -> str:
    """Return the file of a band at its native resolution."""
    layer = band if band == "B8A" else f"B{int(band[1:]):02d}"
    resolution = "10m" if band in BANDS_OF_10_M else "20m"
    return members.one(_image(tile, layer, resolution), f"band {layer}_{resolution}")


def _metadata_name(members: Members) -> str:
    found = [name for name in members.names if re.search(r"(^|/)(MTD_MSIL2A|S2[A-Z]_\w*MTD\w*L2A\w*)\.xml$", name)]
    return members.only(found, "metadata MTD_MSIL2A.xml")


def _scaling(members: Members, name: str) -> tuple[dict[str, float], float]:
    """Read the offset of each band and the quantification value from the product's metadata."""
    root = parse_xml(members.text(name), f"{members.product.path}: {name}")
    where = f"{members.product.path}: {name}"
    bands = {str(index): band for index, band in enumerate(METADATA_BANDS)}
    offsets = {
        bands[index]: _number(element, where)
        for element in root.iter("BOA_ADD_OFFSET")
        if (index := element.get("band_id", "").strip()) in bands
    }
    values = [_number(element, where) for tag in _QUANTIFICATION_TAGS for element in root.iter(tag)]
    if not values:
        raise InputError(f"{where} gives no quantification value")
    if values[0] <= 0:
        raise InputError(f"{where}: the quantification value {values[0]:g} is not above 0")
    return offsets, values[0]


def _number(element: ElementTree.Element, where: str) -> float:
    """Return the number in an element, limited to plausible scalings."""
    try:
        value = float(element.text or "")
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST_NUMBER:
        raise InputError(f"{where}: {element.tag} is {shortened(repr(element.text))}, not a plausible scaling")
    return value


_QUANTIFICATION_TAGS = ("BOA_QUANTIFICATION_VALUE", "L2A_BOA_QUANTIFICATION_VALUE")
