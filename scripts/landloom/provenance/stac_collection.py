"""STAC item collection of a year's maps, for catalogues and other programs.

There is one item for each run, and one for the fused map, if there is one; paths of assets are relative to the
collection's folder.
"""

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pystac
import shapely
from pystac.extensions.classification import Classification, ClassificationExtension
from pystac.extensions.file import FileExtension
from pystac.extensions.projection import ProjectionExtension

from landloom.core.checksums import FileDigest
from landloom.core.files import write_text
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.geo import meridian
from landloom.geo.grids import Grid
from landloom.geo.region_settings import region_slug
from landloom.maps.layers import AGREEMENT, LAYERS, VALIDITY, VALUE_LAYERS
from landloom.provenance import source_credits, stac_layers
from landloom.provenance.record import Product, Provenance, Raster

DEGREE_DIGITS = 7
SHA2_256 = "1220"
"""Prefix of the multihash of a SHA-256: its code, and its length of 32 bytes."""


@dataclass(frozen=True)
class AssetKind:
    """A kind of asset: its path, where ``{map}`` is replaced, its media type, title and roles."""

    path: str
    media_type: str
    title: str
    roles: tuple[str, ...]
    unit: str = ""


LAYER_KINDS = {
    layer.name: AssetKind(f"map/{{map}}/{layer.name}.tif", pystac.MediaType.COG, layer.title, ("data",), layer.unit)
    for layer in (*LAYERS, *VALUE_LAYERS, AGREEMENT)
}
KINDS = LAYER_KINDS | {
    "regularised": AssetKind(
        "map/{map}/regularised.tif", pystac.MediaType.COG, "classes, regularised for polygons", ("data",)
    ),
    VALIDITY.name: AssetKind("map/validity.tif", pystac.MediaType.COG, VALIDITY.title, ("data",)),
    "classes": AssetKind("map/{map}/classes.csv", "text/csv", "codes, labels, names and colours", ("metadata",)),
    "style": AssetKind("map/{map}/classification.qml", "application/xml", "QGIS style", ("metadata",)),
    "value_style": AssetKind("map/{map}/value.qml", "application/xml", "QGIS style", ("metadata",)),
    "sld": AssetKind("map/{map}/classification.sld", "application/vnd.ogc.sld+xml", "style (SLD)", ("metadata",)),
    "value_sld": AssetKind("map/{map}/value.sld", "application/vnd.ogc.sld+xml", "style (SLD)", ("metadata",)),
    "accuracy": AssetKind("accuracy/summary.csv", "text/csv", "accuracy over all runs", ("metadata",)),
    "report": AssetKind("report.html", pystac.MediaType.HTML, "report", ("metadata",)),
    "page": AssetKind("map.html", pystac.MediaType.HTML, "map to pan and zoom", ("overview",)),
}
MAIN_LAYERS = ("classification", "value")
"""Layers that every map has one of: of classes, or of a target."""

FUSED = "fusion"
"""Folder of the fused map."""

FUSED_KINDS = KINDS | {
    "accuracy": AssetKind(
        "accuracy/fusion/scores.csv", "text/csv", "accuracy on the polygons held out of all runs", ("metadata",)
    )
}
VECTOR_KINDS = {
    ".gpkg": (pystac.MediaType.GEOPACKAGE, "polygons", "data"),
    ".fgb": (pystac.MediaType.FLATGEOBUF, "polygons as FlatGeobuf", "data"),
    ".parquet": (pystac.MediaType.PARQUET, "polygons as GeoParquet", "data"),
    ".zip": ("application/zip", "polygons and style, packed", "data"),
    ".qml": ("application/xml", "QGIS style of polygons", "metadata"),
    ".csv": ("text/csv", "polygons and area by class", "metadata"),
}
"""Media type, title and role of files of polygons by their suffix."""

FILE = "stac.json"

PROVENANCE = AssetKind("provenance.json", pystac.MediaType.JSON, "inputs, code and checksums", ("metadata",))


def collection(
    provenance: Provenance,
    digest: FileDigest,
    classes: Nomenclature | None,
    period: tuple[datetime.date, datetime.date],
    runs: Sequence[str],
) -> pystac.ItemCollection:
    """Return the items of a year's maps.

    Parameters
    ----------
    provenance : Provenance
        Provides sizes, checksums and grids, so that no product has to be opened.
    digest : FileDigest
        Digest of the provenance file itself.
    classes : Nomenclature or None
        None for maps of a target.
    period : (date, date)
        First and last day.
    """
    items = [_item(provenance, digest, classes, period, f"run{run}", f"run {run}", KINDS) for run in runs]
    if any(f"map/{FUSED}/{layer}.tif" in provenance.products for layer in MAIN_LAYERS):
        items.append(_item(provenance, digest, classes, period, FUSED, "fused", FUSED_KINDS))
    return pystac.ItemCollection(items)


def write(items: pystac.ItemCollection, path: Path | str) -> None:
    """Write an item collection."""
    write_text(path, json.dumps(items.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _item(
    provenance: Provenance,
    digest: FileDigest,
    classes: Nomenclature | None,
    period: tuple[datetime.date, datetime.date],
    name: str,
    words: str,
    kinds: Mapping[str, AssetKind],
) -> pystac.Item:
    """Return the item of a map in a folder, with a name for titles."""
    kinds = {**kinds, **_vector_kinds(provenance.products, name)}
    found = {key: kind.path.format(map=name) for key, kind in kinds.items()}
    there = {key: provenance.products[path] for key, path in found.items() if path in provenance.products}
    raster = next(there[layer].raster for layer in MAIN_LAYERS if layer in there)
    assert raster is not None
    geometry, bbox = footprint(grid_of(raster))
    title = str(provenance.configuration.get("title", "land cover"))
    item = pystac.Item(
        id="-".join(filter(None, [region_slug(title), provenance.year, name])),
        geometry=geometry,
        bbox=bbox,
        datetime=None,
        properties={
            "title": f"{title}, {provenance.year}, {words}",
            **_reference(provenance),
            **_credits(provenance),
        },
        start_datetime=_start_of(period[0]),
        end_datetime=_start_of(period[1]) + datetime.timedelta(days=1, seconds=-1),
    )
    for key, product in there.items():
        item.add_asset(key, _asset(kinds[key], found[key]))
        _describe_file(item.assets[key], FileDigest(product.bytes, product.sha256))
        _describe_raster(item.assets[key], product, key, classes)
    item.add_asset("provenance", _asset(PROVENANCE, PROVENANCE.path))
    _describe_file(item.assets["provenance"], digest)
    _describe_layers(item, provenance, classes)
    for key in there:
        if legend := stac_layers.legend_of(key, classes):
            ClassificationExtension.ext(item.assets[key], add_if_missing=True).apply(classes=_classes(legend))
    return item


def _describe_layers(item: pystac.Item, provenance: Provenance, classes: Nomenclature | None) -> None:
    """Add how layers are shown, and the unit of a target."""
    target = provenance.configuration.get("target")
    for layer in VALUE_LAYERS:
        if target and target.get("unit") and layer.name in item.assets:
            item.assets[layer.name].extra_fields["unit"] = target["unit"]
    limits = (target["range"][0], target["range"][1]) if target else None
    item.properties["renders"] = stac_layers.renders(item.assets, classes, limits)
    item.stac_extensions += [stac_layers.RASTER_EXTENSION, stac_layers.RENDER_EXTENSION]


def _reference(provenance: Provenance) -> dict[str, str]:
    """Return what the configuration says of the reference, as the item's description."""
    section = provenance.configuration.get("reference") or {}
    of_year = f"labels of {section['year']}" if section.get("year") else ""
    words = "; ".join(filter(None, (str(section.get("description") or "").rstrip("."), of_year)))
    return {"description": f"Reference: {words}."} if words else {}


def _credits(provenance: Provenance) -> dict[str, Any]:
    """Return the lines by which the makers of sources are named, as STAC's extension of attribution has them."""
    found = source_credits.of_configuration(provenance.configuration)
    lines = [one.attribution for one in found if one.attribution]
    licences = {one.sensor: one.licence for one in found if one.licence}
    return ({"attribution": " ".join(dict.fromkeys(lines))} if lines else {}) | (
        {"landloom:source_licences": licences} if licences else {}
    )


def _vector_kinds(products: Iterable[str], name: str) -> dict[str, AssetKind]:
    """Return the files of polygons of a map: their names depend on levels, zones and formats."""
    files = [Path(path) for path in products if path.startswith(f"map/{name}/vectors/")]
    kinds = {}
    for file in files:
        media_type, title, role = VECTOR_KINDS[file.suffix]
        title = f"{title}: {file.stem.replace('_', ', ')}"
        kinds[f"vectors_{file.stem}{file.suffix.replace('.', '_')}"] = AssetKind(
            file.as_posix(), media_type, title, (role,)
        )
    return kinds


def _asset(kind: AssetKind, path: str) -> pystac.Asset:
    fields = {"unit": kind.unit} if kind.unit else {}
    return pystac.Asset(f"./{path}", kind.title, None, kind.media_type, list(kind.roles), fields)


def _describe_file(asset: pystac.Asset, digest: FileDigest) -> None:
    FileExtension.ext(asset, add_if_missing=True).apply(checksum=SHA2_256 + digest.sha256, size=digest.bytes)


def _describe_raster(asset: pystac.Asset, product: Product, name: str, classes: Nomenclature | None) -> None:
    """Add grid, bands and type of values, if the asset is a raster."""
    raster = product.raster
    if raster is None:
        return
    grid = grid_of(raster)
    has_code = raster.crs.startswith("EPSG:")
    ProjectionExtension.ext(asset, add_if_missing=True).apply(
        code=raster.crs if has_code else None,
        wkt2=None if has_code else raster.crs,
        bbox=[grid.left, grid.bottom, grid.right, grid.top],
        shape=list(raster.shape),
        transform=list(raster.transform),
    )
    asset.extra_fields |= stac_layers.fields(name, raster, grid, classes)


def grid_of(raster: Raster) -> Grid:
    """Return the grid of a raster in the provenance."""
    width, _, left, _, height, top = raster.transform
    return Grid(raster.crs, left, top, width, -height, *raster.shape)


def footprint(grid: Grid) -> tuple[dict[str, Any], list[float]]:
    """Return a grid's outline as GeoJSON, and its bounding box: west, south, east, north.

    Both are split at the 180th meridian as RFC 7946 wants: the box's west is then above its east.
    """
    rounded = shapely.transform(meridian.outline(grid), lambda points: np.round(points, DEGREE_DIGITS))
    geometry = json.loads(shapely.to_geojson(shapely.orient_polygons(rounded)))  # counterclockwise, as in GeoJSON
    return geometry, list(meridian.bounds(rounded))


def _classes(classes: Nomenclature) -> list[Classification]:
    """Return the classes; names consist of letters, digits and hyphens, as the extension requires."""
    nothing = Classification.create(
        UNCLASSIFIED, name=region_slug(classes.nothing), title=classes.nothing, nodata=True
    )
    return [nothing] + [
        Classification.create(entry.code, name=name, title=entry.name, color_hint=entry.color[1:].upper())
        for entry, name in zip(classes.classes, _short_names(classes), strict=True)
    ]


def _short_names(classes: Nomenclature) -> list[str]:
    """Return a name of its own for each class: with its code, where letters and digits are those of another."""
    slugs = [region_slug(entry.name) or "class" for entry in classes.classes]
    taken = {"class", region_slug(classes.nothing)}
    several = taken | {name for name, number in Counter(slugs).items() if number > 1}
    return [
        f"{name}-{entry.code}" if name in several else name
        for name, entry in zip(slugs, classes.classes, strict=True)
    ]


def _start_of(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
