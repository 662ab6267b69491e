"""The vectors and tables beside the archive: reference polygons, regions, nomenclature."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from landloom.demo.classes import CLASS_NAMES, CLASSES, Code
from landloom.demo.landscape import Landscape
from landloom.demo.layout import PLANE_EPSG, Layout
from landloom.demo.streams import Stream, generator

SURVEYED_SHARE = 0.42
FEWEST_PER_CLASS = 16
MISLABELLED_SHARE = 0.04
SMALLEST_REFERENCE_M2 = 700.0
LARGEST_REFERENCE_M2 = 75_000.0
LATTICE_M = 180.0
# What lies within this distance of a border is not surveyed; less for what is narrow.
INSET_M = 8.0
NARROW_INSET_M = 5.0
NARROW = (Code.WATER, Code.ROADS_AND_BARE)


def write_reference(path: Path, landscape: Landscape, seed: int, year: int) -> None:
    """Write the reference polygons of a year, as from a land registry with a few mistakes."""
    polygons, codes = _survey(landscape, seed)
    codes = _mislabel(codes, generator(seed, Stream.REFERENCE, 1, year))
    table = {"code": codes.astype(np.int32), "label": [CLASS_NAMES[code] for code in codes.tolist()]}
    _write_layer(path, "reference", geopandas.GeoDataFrame(table, geometry=polygons, crs=PLANE_EPSG))


def write_parcels(path: Path, landscape: Landscape) -> None:
    """Write all patches of the landscape, as a land registry has them: without their classes."""
    shapes = shapely.get_parts(landscape.patches)
    names = {"parcel": np.arange(1, len(shapes) + 1)}
    _write_layer(path, "parcels", geopandas.GeoDataFrame(names, geometry=shapes, crs=PLANE_EPSG))


def write_regions(path: Path, layout: Layout) -> None:
    """Write the two eco-climatic regions."""
    (x0, y0), (x1, y1) = layout.region_border
    left, bottom, right, top = layout.bounds_m
    atlantic = shapely.Polygon([(left, bottom), (x1, y1), (x0, y0), (left, top)])
    mediterranean = shapely.Polygon([(x1, y1), (right, bottom), (right, top), (x0, y0)])
    names = {"region": ["atlantic", "mediterranean"]}
    _write_layer(path, "regions", geopandas.GeoDataFrame(names, geometry=[atlantic, mediterranean], crs=PLANE_EPSG))


def write_nomenclature(path: Path) -> None:
    """Write codes, names and colours of the classes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["label", "name", "color"])
        writer.writerows((int(entry.code), entry.name, entry.color) for entry in CLASSES)


def _survey(landscape: Landscape, seed: int) -> tuple[NDArray[np.object_], NDArray[np.uint8]]:
    """Return a part of the patches within the tiles, drawn in, and their true codes."""
    pieces, owners = _cut_large(landscape.patches)
    narrow = np.isin(landscape.codes[owners], NARROW)
    inner = shapely.buffer(pieces, np.where(narrow, -NARROW_INSET_M, -INSET_M), join_style="mitre")
    parts, piece_numbers = shapely.get_parts(inner, return_index=True)
    owners = owners[piece_numbers]
    seen = shapely.union_all([tile.footprint for tile in landscape.layout.tiles])
    usable = (shapely.area(parts) > SMALLEST_REFERENCE_M2) & shapely.intersects(parts, seen)
    parts, owners = parts[usable], owners[usable]
    strata = landscape.codes[owners] + 100 * landscape.is_mediterranean[owners]
    # What lies partly outside the tiles is taken less often. The draw does not depend on the crops, so mostly
    # the same parcels are surveyed year after year.
    preference = generator(seed, Stream.REFERENCE, 0).random(len(parts)) + 0.3 * ~shapely.within(parts, seen)
    chosen = _choose(strata, preference)
    return parts[chosen], landscape.codes[owners[chosen]]


def _cut_large(patches: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the patches, lakes and the like cut by a lattice, and from which patch each piece is."""
    large = np.flatnonzero(shapely.area(patches) > LARGEST_REFERENCE_M2)
    small = np.setdiff1d(np.arange(len(patches)), large)
    left, bottom, right, top = shapely.total_bounds(patches)
    x, y = np.meshgrid(np.arange(left, right, LATTICE_M), np.arange(bottom, top, LATTICE_M))
    cells = shapely.box(x.ravel(), y.ravel(), x.ravel() + LATTICE_M, y.ravel() + LATTICE_M)
    owners, cell_numbers = shapely.STRtree(cells).query(patches[large], predicate="intersects")
    # In a fixed order, whatever the tree returns.
    order = np.lexsort((cell_numbers, owners))
    owners, cell_numbers = large[owners[order]], cell_numbers[order]
    pieces = shapely.intersection(patches[owners], cells[cell_numbers])
    return np.concatenate([patches[small], pieces]), np.concatenate([small, owners])


def _choose(strata: NDArray[np.int64], preference: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the indices of a share of each stratum, but not too few; low values of `preference` first."""
    chosen = []
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        count = max(FEWEST_PER_CLASS, round(SURVEYED_SHARE * len(members)))
        chosen.append(members[np.argsort(preference[members], kind="stable")[:count]])
    return np.sort(np.concatenate(chosen))


def _mislabel(codes: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the codes with some replaced by another class."""
    wrong = rng.choice(len(codes), round(MISLABELLED_SHARE * len(codes)), replace=False)
    steps = rng.integers(1, len(Code), len(wrong))
    noisy = codes.copy()
    noisy[wrong] = (codes[wrong] - 1 + steps) % len(Code) + 1
    return noisy


def _write_layer(path: Path, layer: str, frame: geopandas.GeoDataFrame) -> None:
    with _fixed_date():
        pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", geometry_type="Polygon")


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Have GDAL write the same date into every GeoPackage, so that equal content gives equal bytes."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2018-12-31T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
