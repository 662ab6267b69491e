"""Registry of product families by the type in the configuration.

A family is a module that imports only the standard library and pydantic, since Snakemake lists archives while it
plans. It has

``SECTION``
    its section of the configuration, a class of :class:`landloom.sensors.settings.SensorSettings`;
``find(settings, tile, start, end, inventory) -> list[Product]``
    the products of a tile within a period, sorted; where several are processings of one acquisition, those that are
    not the newest name it as ``newer`` (:mod:`landloom.sensors.processings`);
``describe(settings, sensor, tile, product) -> Acquisition``
    the files of a product, their scaling and their masks;
``common_names(settings) -> dict[str, str]``
    the standard letter of each band that has one;
``orbit(product) -> int``
    the orbit of a product, from its name or metadata: for families whose section has ``TELLS_ORBIT``;
``problems(settings, tiles) -> list[str]``
    messages, each beginning with the key, for invalid files other than the archive and invalid boxes of tiles: for
    families that have such keys.

Families whose section does not have ``HAS_GRID`` have in addition

``over(product, box) -> Product or None``
    the product without parts that show nothing of a box (west, south, east, north in degrees), as far as they tell;

and those of radar

``footprints(acquisition) -> list of rings``
    longitudes and latitudes of the corners of each part;
``check(acquisition) -> object``
    raises InputError if what an image is made by cannot be used, and returns what it says; pixels are not read;
``notes(settings, checked) -> list[str]``
    what is to be said of all acquisitions of a tile together, from what ``check`` has returned of each.

Any family may have ``why_unwanted(settings, product) -> str``, for filters of its own.

CONTRIBUTING.md shows how to add one.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from landloom.core.registry import Registry
from landloom.sensors.acquisition import Acquisition, Product
from landloom.sensors.inventory import Inventory
from landloom.sensors.settings import SensorSettings

FAMILIES = Registry(
    {
        "sentinel2_theia": "landloom.sensors.sentinel2.theia",
        "sentinel2_sen2cor": "landloom.sensors.sentinel2.sen2cor",
        "sentinel2_l3a": "landloom.sensors.sentinel2.theia_l3a",
        "landsat8_theia": "landloom.sensors.landsat.theia",
        "landsat_theia_old": "landloom.sensors.landsat.theia_n2a",
        "landsat_c2": "landloom.sensors.landsat.collection2",
        "hls": "landloom.sensors.hls",
        "sentinel1_grd": "landloom.sensors.sentinel1.grd",
        "series": "landloom.sensors.series",
        "stac": "landloom.sensors.stac.products",
        "annual": "landloom.sensors.annual.products",
    }
)


def section_of(content: Mapping[str, Any]) -> SensorSettings:
    """Return the section of a sensor from plain values."""
    section: SensorSettings = FAMILIES.load(content["type"]).SECTION.model_validate(content)
    return section


def sections_of(contents: Mapping[str, Mapping[str, Any]]) -> dict[str, SensorSettings]:
    """Return the sections of several sensors from plain values."""
    return {name: section_of(content) for name, content in contents.items()}


def problems(sensor: str, settings: SensorSettings, tiles: Sequence[str]) -> list[str]:
    """Return the messages of the family's own checks of a section."""
    check = getattr(FAMILIES.load(settings.type), "problems", None)
    return [f"sensors.{sensor}.{problem}" for problem in (check(settings, tiles) if check else ())]


def find(
    settings: SensorSettings,
    tile: str,
    start: datetime.date,
    end: datetime.date,
    inventory: Inventory | None = None,
) -> list[Product]:
    """Return the products of a tile within a period, sorted by date and name: the newest of each acquisition.

    Parameters
    ----------
    inventory : Inventory or None
        Cache of archive listings, to be shared by calls for many tiles and dropped soon.
    """
    return [product for product in find_all(settings, tile, start, end, inventory) if not product.newer]


def find_all(
    settings: SensorSettings,
    tile: str,
    start: datetime.date,
    end: datetime.date,
    inventory: Inventory | None = None,
) -> list[Product]:
    """Return the products as :func:`find` does, with those of which there is a newer processing."""
    products: list[Product] = FAMILIES.load(settings.type).find(settings, tile, start, end, inventory or Inventory())
    return products


def no_products(sensor: str, settings: SensorSettings, tile: str, period: tuple[datetime.date, datetime.date]) -> str:
    """Return the message for a tile without products, with a hint."""
    tell = getattr(FAMILIES.load(settings.type), "there", None)
    hints = filter(None, (tell(settings) if tell else "", settings.hint_without_products))
    return " ".join(
        (
            f"sensors.{sensor}: no product of tile {tile} from {period[0]} to {period[1]} in {settings.archive}; "
            "are the archive and the tile's name right?",
            *hints,
        )
    )


def describe(settings: SensorSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the files of a product, ready to be read.

    Raises
    ------
    InputError
        If a file is missing or its metadata are invalid.
    """
    acquisition: Acquisition = FAMILIES.load(settings.type).describe(settings, sensor, tile, product)
    return acquisition


def why_unwanted(settings: SensorSettings, product: Product) -> str:
    """Return why a product is left out: a newer processing, or a filter of the sensor's section; empty if it is not.

    The valid fraction is not known yet.

    Raises
    ------
    InputError
        If the product's orbit is unknown although its family provides orbits.
    """
    if product.newer:
        return f"{product.newer} is a newer processing of the same acquisition"
    if settings.days and not _within(product.date, *settings.days):
        return f"{product.date} is not from {settings.days[0]} to {settings.days[1]} (`days`)"
    if settings.orbits and (orbit := FAMILIES.load(settings.type).orbit(product)) not in settings.orbits:
        return f"orbit {orbit} is not among {settings.orbits} (`orbits`)"
    own = getattr(FAMILIES.load(settings.type), "why_unwanted", None)
    return own(settings, product) if own else ""


def _within(date: datetime.date, first: str, last: str) -> bool:
    """Return whether a date is between two days of the year (MM-DD), the second possibly in the next year."""
    day = date.strftime("%m-%d")
    return first <= day <= last if first <= last else day >= first or day <= last


def over(
    settings: SensorSettings, products: Sequence[Product], box: tuple[float, float, float, float]
) -> list[Product]:
    """Return the products that may show ground of a box in degrees, of a family without grids."""
    family = FAMILIES.load(settings.type)
    return [shown for one in products if (shown := family.over(one, box))]


def footprints(settings: SensorSettings, acquisition: Acquisition) -> list[Sequence[tuple[float, float]]]:
    """Return longitudes and latitudes of the corners of an acquisition's parts, of a family without grids."""
    found: list[Sequence[tuple[float, float]]] = FAMILIES.load(settings.type).footprints(acquisition)
    return found


def check(settings: SensorSettings, acquisition: Acquisition) -> Any:
    """Return what is said of how an image is made, for :func:`notes`; of a family without grids.

    Raises
    ------
    InputError
        If it cannot be used.
    """
    return FAMILIES.load(settings.type).check(acquisition)


def notes(settings: SensorSettings, checked: Sequence[Any]) -> list[str]:
    """Return what is to be said of the acquisitions of a tile together, by what :func:`check` returned of each."""
    found: list[str] = FAMILIES.load(settings.type).notes(settings, checked)
    return found


def common_names(settings: SensorSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one, as spyndex names bands."""
    letters: dict[str, str] = FAMILIES.load(settings.type).common_names(settings)
    return letters
