"""Static STAC catalog of the maps of all years: ``python -m landloom.provenance.stac_catalog results -o catalog``.

It is made of the items beside the maps (``stac.json``): a catalog with one collection, in files that refer to each
other and to the maps by relative paths, so that a folder that holds both can be moved, or served as it is.
"""

import argparse
import datetime
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pystac

from landloom.core.errors import InputError
from landloom.core.text import printable
from landloom.geo.region_settings import region_slug
from landloom.provenance import record

ITEMS, PROVENANCE, CATALOG = "stac.json", "provenance.json", "catalog.json"
KEYWORDS = ["land cover", "map", "satellite image time series"]


def build(results: Path, target: Path) -> pystac.Catalog:
    """Return the catalog of the years of a results folder, as it is to stand in a folder.

    Parameters
    ----------
    results : path
        Folder with a folder for each year.
    target : path
        Folder of the catalog, by which paths are relative.

    Raises
    ------
    InputError
        If there are no items, or some cannot be read.
    """
    years = sorted(path.parent for path in results.glob(f"*/{ITEMS}"))
    if not years:
        raise InputError(f"{results}: has no year with maps ({ITEMS}); make them first")
    items = [item for year in years for item in _items(year)]
    title = str(record.read(years[-1] / PROVENANCE).configuration.get("title", "land cover"))
    collection = pystac.Collection(
        id=region_slug(title) or "land-cover",
        title=title,
        description=f"Maps of {len(years)} year(s), made by landloom.",
        extent=_extent(items),
        license="other",
        keywords=KEYWORDS,
    )
    collection.add_items(items)
    catalog = pystac.Catalog(id=f"{collection.id}-maps", title=title, description="Maps made by landloom.")
    catalog.add_child(collection)
    catalog.normalize_hrefs(str(target.resolve()))
    catalog.make_all_asset_hrefs_relative()
    return catalog


def _items(year: Path) -> list[pystac.Item]:
    """Return the items of a year, with the paths of their files from the root."""
    try:
        items = list(pystac.ItemCollection.from_file(str(year / ITEMS)))
    except (OSError, ValueError, KeyError, pystac.STACError, pystac.STACTypeError) as error:
        raise InputError(f"{year / ITEMS}: is no collection of items ({error})") from None
    for item in items:
        item.links = []
        for asset in item.assets.values():
            asset.href = str((year / asset.href).resolve())
    return items


def _extent(items: Sequence[pystac.Item]) -> pystac.Extent:
    """Return the boxes of all maps, and their whole period; a box across the 180th meridian keeps west above east."""
    boxes = sorted({tuple(item.bbox) for item in items if item.bbox})
    days = [_day(item, f"{end}_datetime") for item in items for end in ("start", "end")]
    spatial = pystac.SpatialExtent([_around(boxes), *(list(box) for box in boxes if len(boxes) > 1)])
    return pystac.Extent(spatial, pystac.TemporalExtent([[min(days), max(days)]]))


def _day(item: pystac.Item, key: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(str(item.properties[key]))


def _around(boxes: Sequence[tuple[float, ...]]) -> list[float]:
    """Return the box around all; around the globe, where some cross the 180th meridian and others do not."""
    crossing = {west > east for west, _, east, _ in boxes}
    west, east = min(box[0] for box in boxes), max(box[2] for box in boxes)
    if crossing == {True, False}:
        west, east = -180.0, 180.0
    return [west, min(box[1] for box in boxes), east, max(box[3] for box in boxes)]


def write(catalog: pystac.Catalog, target: Path) -> None:
    """Write a catalog into a folder; an earlier catalog there is replaced.

    Raises
    ------
    InputError
        If the folder holds something else.
    """
    if target.exists() and not (target / CATALOG).is_file():
        raise InputError(f"{target}: is there, and is no catalog; choose another folder")
    making = target.with_name(f".{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    catalog.save(pystac.CatalogType.SELF_CONTAINED, dest_href=str(making))
    shutil.rmtree(target, ignore_errors=True)
    making.rename(target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m landloom.provenance.stac_catalog", description="Make a static STAC catalog of all years."
    )
    parser.add_argument("results", type=Path, help="folder with a folder for each year")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the catalog")
    given = parser.parse_args(arguments)
    try:
        catalog = build(given.results, given.output)
        write(catalog, given.output)
    except InputError as error:
        print(printable(str(error)), file=sys.stderr)
        return 1
    print(f"Wrote {given.output / CATALOG}: {len(list(catalog.get_items(recursive=True)))} maps")
    return 0


if __name__ == "__main__":
    sys.exit(main())
