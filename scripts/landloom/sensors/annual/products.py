"""The family ``annual``: from the files of an archive to the one image of a tile and year.

The image of a year is dated on its 1 July. Files are opened by the survey, not here.
"""

import datetime
import re
from pathlib import Path

from landloom.core.errors import InputError
from landloom.sensors.acquisition import Acquisition, MosaicFile, Product, RasterBand, Unverified, file_scaling
from landloom.sensors.annual import items
from landloom.sensors.annual.items import ItemFile
from landloom.sensors.annual.settings import MOST_BANDS, AnnualSettings
from landloom.sensors.inventory import Inventory

SECTION = AnnualSettings

MIDDLE = (7, 1)
"""Month and day of an image of a whole year."""


def find(
    settings: AnnualSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the image of each year whose middle lies in a period: at most one of the period of a map.

    Raises
    ------
    InputError
        If the archive cannot be listed.
    """
    if settings.asset:
        return _of_items(settings, start, end, inventory)
    files = _by_year(settings, settings.file, tile, inventory)
    scales = _by_year(settings, settings.scales, tile, inventory) if settings.scales else {}
    products = []
    for year in sorted(files):
        date = datetime.date(int(year), *MIDDLE)
        if start <= date <= end:
            own = tuple(path for path, _ in files[year])
            of_scales = tuple(path for path, _ in scales.get(year, ()))
            products.append(Product(date, year, own[0], (*own, *of_scales)))
    return products


def _of_items(
    settings: AnnualSettings, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the image of each year of STAC items: for every tile the same, until the survey knows where it lies."""
    found = items.by_year(settings.archive, settings.asset, inventory)
    years = [year for year in sorted(found) if start <= datetime.date(int(year), *MIDDLE) <= end]
    return [_product_of_items(year, settings.archive, found[year]) for year in years]


def _product_of_items(year: str, archive: str, files: list[ItemFile]) -> Product:
    there = tuple(one.path for one in files if not one.is_remote and Path(one.path).is_file())
    return Product(datetime.date(int(year), *MIDDLE), year, archive, there, items.as_text(files))


Files = dict[str, list[tuple[str, tuple[str, ...]]]]
"""By year: paths, and what the stars of their pattern stand for."""


def _by_year(settings: AnnualSettings, pattern: str, tile: str, inventory: Inventory) -> Files:
    """Return the files that match a pattern, sorted by path, of each year; those of all tiles are listed once."""
    of_tile = tile if "{tile}" in f"{pattern}{settings.scales}" else ""
    key = ("annual", settings.archive, pattern, settings.scales, of_tile)
    return inventory.once(key, lambda: _listed(settings, pattern, tile, inventory))


def _listed(settings: AnnualSettings, pattern: str, tile: str, inventory: Inventory) -> Files:
    archive = Path(settings.archive)
    if not archive.is_dir():
        raise InputError(f"archive {archive}: cannot be listed (no such folder)")
    expression = settings.expression(pattern, tile)
    found: Files = {}
    for name in inventory.files(archive, _shell(pattern), tile):
        match = expression.fullmatch(name)
        if match and int(match["year"]):
            stars = tuple(text for number, text in enumerate(match.groups(), 1) if number != _place_of_year(match))
            found.setdefault(match["year"], []).append((str(archive / name), stars))
    return _without_scales(settings, found, tile) if pattern == settings.file else found


def _place_of_year(match: re.Match[str]) -> int:
    return match.re.groupindex["year"]


def _shell(pattern: str) -> str:
    """Return the shell pattern of a file pattern, in which ``{tile}`` is left."""
    literal = re.sub(r"[\[?]", lambda found: f"[{found[0]}]", pattern)
    return literal.replace("{year}", "[0-9][0-9][0-9][0-9]")


def _without_scales(settings: AnnualSettings, found: Files, tile: str) -> Files:
    """Return the files without those of scales, which a pattern with stars may match, too."""
    if not settings.scales:
        return found
    of_scales = settings.expression(settings.scales, tile)
    archive = Path(settings.archive)
    kept = {
        year: [one for one in files if not of_scales.fullmatch(Path(one[0]).relative_to(archive).as_posix())]
        for year, files in found.items()
    }
    return {year: files for year, files in kept.items() if files}


def describe(settings: AnnualSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the image of a year: its files, and its bands by their usual places in them.

    Surveys open the files, and correct the places by what these describe.

    Raises
    ------
    InputError
        If a file lacks its scales.
    """
    told = items.of_text(product.content) if product.content else []
    mosaic = tuple(MosaicFile(_band(settings, one.path)) for one in told) or _mosaic(settings, tile, product)
    usual = settings.coding.names(settings.number_of_bands or MOST_BANDS)
    places = {name: place for place, name in enumerate(usual, 1)}
    first = mosaic[0].values
    bands = tuple((name, _of_place(first, places.get(name, place))) for place, name in enumerate(settings.bands, 1))
    remote = [
        Unverified(one.values.name, 0, item.told)
        for one, item in zip(mosaic, told, strict=False)
        if one.values.is_remote
    ]
    return Acquisition(
        sensor,
        tile,
        product.date,
        product.name,
        bands,
        (),
        masks_cover_nodata=False,
        cut="mosaic",
        unverified=tuple(remote),
        mosaic=mosaic,
    )


def _of_place(band: RasterBand, number: int) -> RasterBand:
    return RasterBand(
        band.path,
        number,
        band.gain,
        band.shift,
        band.nodata,
        unit=band.unit,
        file_scale=band.file_scale,
        file_offset=band.file_offset,
    )


def _mosaic(settings: AnnualSettings, tile: str, product: Product) -> tuple[MosaicFile, ...]:
    """Return the files of a product, each with its scales."""
    inventory = Inventory()
    own = [one for one in _by_year(settings, settings.file, tile, inventory)[product.name] if one[0] in product.files]
    if not settings.scales:
        return tuple(MosaicFile(_band(settings, path)) for path, _ in own)
    by_stars = {stars: path for path, stars in _by_year(settings, settings.scales, tile, inventory)[product.name]}
    lacking = [path for path, stars in own if stars not in by_stars]
    if lacking:
        raise InputError(f"{lacking[0]}: has no file of scales beside it that matches `{settings.scales}`")
    return tuple(MosaicFile(_band(settings, path), RasterBand(by_stars[stars], unit=1.0)) for path, stars in own)


def _band(settings: AnnualSettings, path: str) -> RasterBand:
    linear, ignored = settings.values == "linear", settings.file_scaling == "ignore"
    return RasterBand(
        path,
        1,
        (1.0 if settings.scale is None else settings.scale) * settings.unit,
        (settings.offset or 0.0) * settings.unit,
        () if settings.nodata is None else (settings.nodata,),
        unit=settings.unit,
        file_scale=file_scaling(settings.scale, ignored or not linear),
        file_offset=file_scaling(settings.offset, ignored or not linear),
    )


def over(product: Product, box: tuple[float, float, float, float]) -> Product | None:
    """Return the product without items elsewhere; which files show a tile, the survey tells, which opens them."""
    if not product.content:
        return product
    kept = [one for one in items.of_text(product.content) if one.shows(box)]
    return _product_of_items(product.name, product.path, kept) if kept else None


def common_names(settings: AnnualSettings) -> dict[str, str]:
    """Return no letter: bands of embeddings have no wavelength."""
    return {}
