"""Cleaning of reference polygons; everything that is dropped is reported.

Points become the squares of their pixels (see :mod:`landloom.reference.points`) and are treated as polygons.
Polygons of a separate test file are cleaned like the others; overlaps are assigned to the test polygons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import STRtree

from landloom.core.errors import InputError
from landloom.core.nomenclature import Nomenclature
from landloom.geo import meridian, vector_files, vectors
from landloom.geo.vector_files import VectorFile
from landloom.reference import label_codes
from landloom.reference import points as point_pixels
from landloom.reference.findings import POINTS, TINY, Findings
from landloom.reference.settings import ReferenceSettings, VectorSource

OVERLAP_TOLERANCE_M2 = 1.0
"""Neighbours in a land registry share borders up to rounding; smaller areas are not overlaps."""

TEST_FILE_IDS = 10**12
"""Added to the feature ids of the separate test file, so that they differ from those of other polygons."""


Coding = Callable[..., tuple[pd.Series, Findings]]
"""Gives each polygon's code, missing if it is to be dropped, from a field, its file and key: see
:func:`landloom.reference.label_codes.codes_of`."""


@dataclass(frozen=True)
class Source:
    """Vector file of polygons, and the field of their labels with its key in the configuration."""

    file: VectorFile
    field: str
    field_key: str

    @classmethod
    def of(cls, source: VectorSource) -> "Source":
        """Return the source that the configuration gives."""
        return cls(VectorFile(source.key, source.path, source.layer, source.crs), source.field, source.field_key)

    @property
    def key(self) -> str:
        """Return the file's key in the configuration."""
        return self.file.key

    @property
    def path(self) -> str:
        """Return the file's path."""
        return self.file.path


@dataclass(frozen=True)
class Ground:
    """Area of interest: the tiles' footprints, and the regions with their ``number``."""

    footprints: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame


def clean(
    settings: ReferenceSettings, year: int | str, nomenclature: Nomenclature, ground: Ground
) -> tuple[gpd.GeoDataFrame, Findings]:
    """Read the reference of a year and keep the usable polygons.

    Returns
    -------
    polygons : GeoDataFrame in the regions' CRS
        In the order of ``polygon``, the feature id in the user's file (in the test file: + 10^12), or its position
        from 1 where ids do not fit. Columns ``code``,
        ``number`` (of the region that holds most of it), ``area_m2``, ``component`` (the lowest id of polygons that
        overlap, directly or through others), ``point`` (whether it is the pixel of a point) and ``tests`` (whether it
        comes from the test file).
    findings : Findings

    Raises
    ------
    InputError
        If labels are unknown, or no polygon is left.
    """
    coding = partial(label_codes.codes_of, settings=settings, nomenclature=nomenclature)
    return clean_coded(settings.sources(year), coding, settings, ground)


def clean_coded(
    sources: Sequence[VectorSource], coding: Coding, settings: ReferenceSettings, ground: Ground
) -> tuple[gpd.GeoDataFrame, Findings]:
    """Read files of polygons, the second of which tests, and keep those that are usable: see :func:`clean`.

    Polygons of one code are of one class, or have one value.
    """
    findings = Findings()
    source, *test_sources = (Source.of(one) for one in sources)
    polygons = _usable(source, coding, ground, findings)
    parts = []
    for test_source in test_sources:  # one at most
        test_findings = Findings()
        tests = _usable(test_source, coding, ground, test_findings)
        polygons = _without_ground_of(tests, polygons, findings)
        parts.append(_measured(test_source, tests, settings, ground, test_findings))
        parts[0][["polygon", "component"]] += TEST_FILE_IDS
        findings.take(test_findings, "test file")
    parts.append(_measured(source, polygons, settings, ground, findings))
    joined = pd.concat([part.assign(tests=part is not parts[-1]) for part in parts])
    return joined.sort_values("polygon").reset_index(drop=True), findings


def _usable(source: Source, coding: Coding, ground: Ground, findings: Findings) -> gpd.GeoDataFrame:
    """Read a file; repair or drop invalid polygons: ``polygon``, ``code``, ``component``."""
    frame = vector_files.read(source.file)
    frame.index = ids_of(frame.index, findings)
    texts = vectors.column(frame, source.field, source.path, source.field_key)
    codes, found = coding(texts, path=source.path, field_key=source.field_key)
    findings.rows += found.rows
    polygons = gpd.GeoDataFrame(
        {"polygon": frame.index, "code": codes}, geometry=frame.geometry.values, crs=frame.crs
    )
    polygons = _repaired(polygons[codes.notna().values], findings)
    _need_some(polygons, source, findings)
    polygons = polygons.astype({"polygon": np.int64, "code": np.int32})
    polygons = vectors.project(polygons, ground.regions.crs, source.path, source.key)
    polygons = _within_territory(polygons, ground.footprints, findings)
    if polygons.empty:
        raise InputError(f"{source.key}: nothing in {source.path} is within a tile; is its CRS right?")
    polygons = _with_pixels_of_points(polygons, ground.footprints, findings)
    _need_some(polygons, source, findings)
    return _without_overlaps(_without_duplicates(polygons, findings), findings)


def _measured(
    source: Source, polygons: gpd.GeoDataFrame, settings: ReferenceSettings, ground: Ground, findings: Findings
) -> gpd.GeoDataFrame:
    """Add area and region to the cleaned polygons, and drop those that are too small or in no region."""
    _need_some(polygons, source, findings)
    polygons = polygons.assign(area_m2=vectors.areas_m2(polygons.geometry))
    polygons = _large_enough(polygons, settings.minimum_area_m2, findings)
    polygons = _with_region(polygons, ground.regions, findings)
    _need_some(polygons, source, findings)
    return polygons


def _need_some(polygons: gpd.GeoDataFrame, source: Source, findings: Findings) -> None:
    """Raise if no polygon is left; the message lists the findings."""
    if polygons.empty:
        found = "; ".join(f"{row['finding']}: {row['count']}, {row['action']}" for row in findings.rows)
        raise InputError(f"{source.key}: nothing in {source.path} can be used ({found})")


def ids_of(ids: pd.Index, findings: Findings) -> np.ndarray:
    """Return the ids of a file's features; where any is too large or negative, their positions from 1 instead.

    Larger ones are those of test files and of other years, negative ones those of blocks of earlier maps.
    """
    if ids.min() >= 0 and ids.max() < TEST_FILE_IDS:
        return np.asarray(ids, np.int64)
    positions = np.arange(1, len(ids) + 1)
    finding = f"feature ids from {ids.min()} to {ids.max()}, not all between 0 and 10^12"
    findings.add(finding, "polygons are numbered from 1 in the order of the file", list(positions))
    return positions


def _repaired(polygons: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Repair invalid geometries; drop those that are empty or neither polygon nor point."""
    empty = polygons.geometry.isna() | polygons.geometry.is_empty
    findings.add("empty geometry", "left out", polygons.polygon[empty])
    polygons = polygons[~empty]
    odd = ~vectors.on_earth(polygons.geometry)
    findings.add("coordinates that are not on Earth", "left out", polygons.polygon[odd])
    polygons = polygons[~odd]
    invalid = ~polygons.geometry.is_valid
    findings.add("invalid geometry", "repaired", polygons.polygon[invalid])
    polygons = polygons.assign(point=point_pixels.are_points(polygons.geometry))
    shapes = polygons.geometry.make_valid()
    shapes[~polygons.point] = meridian.narrow(vectors.only_polygons(shapes[~polygons.point]))
    polygons = polygons.set_geometry(shapes)
    flat = shapes.is_empty
    findings.add("neither polygon nor point", "left out", polygons.polygon[flat])
    return polygons[~flat]


def _within_territory(
    polygons: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame, findings: Findings
) -> gpd.GeoDataFrame:
    """Drop polygons that intersect no tile."""
    ground = footprints.to_crs(polygons.crs).union_all()
    inside = vectors.on_earth(polygons.geometry)
    inside[inside] = polygons[inside].intersects(ground)
    findings.add("outside of every tile", "left out", polygons.polygon[~inside])
    return polygons[inside]


def _with_pixels_of_points(
    polygons: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame, findings: Findings
) -> gpd.GeoDataFrame:
    """Replace points by the squares of their pixels; drop points whose pixel is in no tile."""
    points = polygons.point.values
    if not points.any():
        return polygons
    findings.add(POINTS, "each stands for the pixel that it lies in", polygons.polygon[points])
    squares, whole = point_pixels.squares(polygons.geometry[points], footprints)
    between = "point between tiles: the pixel that it lies in is of none"
    findings.add(between, "left out", polygons.polygon[points][~whole])
    shapes = polygons.geometry.copy()
    shapes[points] = squares
    polygons = polygons.set_geometry(shapes)
    return polygons[~shapes.is_empty]


def _without_duplicates(polygons: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Keep the first of equal polygons with equal labels."""
    keys = pd.DataFrame({"shape": polygons.normalize().to_wkb(), "code": polygons.code})
    twice = keys.duplicated()
    findings.add("duplicate of another polygon of its class", "left out", polygons.polygon[twice])
    return polygons[~twice].reset_index(drop=True)


def _without_overlaps(polygons: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Cut overlaps of different classes out of all their polygons; join overlaps within a class as components."""
    left, right, common = _overlaps(polygons, polygons)
    differ = polygons.code.values[left] != polygons.code.values[right]
    alike = sorted({*left[~differ].tolist(), *right[~differ].tolist()})
    kept = "kept: each pixel counts once, and they train or test together"
    findings.add("overlap within a class", kept, polygons.polygon.iloc[alike])
    polygons = polygons.assign(component=_components(polygons.polygon.values, left[~differ], right[~differ]))
    involved = sorted({*left[differ].tolist(), *right[differ].tolist()})
    findings.add("overlap with another class", "common ground cut out", polygons.polygon.iloc[involved])
    cut = polygons.geometry.copy()
    for one, other, area in zip(left[differ], right[differ], common[differ], strict=True):
        for position in (one, other):
            cut.iloc[position] = vectors.polygons_of(cut.iloc[position].difference(area))
    return _without_remnants(polygons.set_geometry(cut), involved, "nothing left beside overlaps", findings)


def _overlaps(polygons: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray, gpd.GeoSeries]:
    """Return the pairs of overlapping polygons by their positions, each once, and the overlaps."""
    shapes, other_shapes = polygons.geometry.values, others.geometry.values
    left, right = STRtree(other_shapes).query(shapes, predicate="intersects")
    if polygons is others:
        once = left < right
        left, right = left[once], right[once]
    series = [gpd.GeoSeries(some, crs=polygons.crs) for some in (shapes[left], other_shapes[right])]
    common = vectors.only_polygons(series[0].intersection(series[1]))
    real = vectors.areas_m2(common) > OVERLAP_TOLERANCE_M2
    return left[real], right[real], common[real]


def _components(ids: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return for each polygon the lowest id of the polygons linked to it, directly or through others."""
    links = coo_array((np.ones(len(left)), (left, right)), shape=(len(ids), len(ids)))
    count, numbers = connected_components(links, directed=False)
    lowest = np.full(count, ids.max())
    np.minimum.at(lowest, numbers, ids)
    found: np.ndarray = lowest[numbers]
    return found


def _without_ground_of(tests: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Cut test polygons out of training polygons of any class."""
    left, right, _ = _overlaps(polygons, tests)
    touched = np.unique(left)
    findings.add("overlap with a test polygon", "common ground cut out", polygons.polygon.iloc[touched])
    cut, shapes = polygons.geometry.copy(), tests.geometry.values
    for one, other in zip(left, right, strict=True):
        cut.iloc[one] = vectors.polygons_of(cut.iloc[one].difference(shapes[other]))
    return _without_remnants(polygons.set_geometry(cut), touched, "nothing left beside test polygons", findings)


def _without_remnants(
    polygons: gpd.GeoDataFrame, touched: Sequence[int] | np.ndarray, finding: str, findings: Findings
) -> gpd.GeoDataFrame:
    """Drop cut polygons, given by their positions, of which nothing is left."""
    gone = np.zeros(len(polygons), bool)
    gone[touched] = vectors.areas_m2(polygons.geometry.iloc[touched]) <= OVERLAP_TOLERANCE_M2
    findings.add(finding, "left out", polygons.polygon[gone])
    return polygons[~gone]


def _large_enough(polygons: gpd.GeoDataFrame, minimum_area_m2: float, findings: Findings) -> gpd.GeoDataFrame:
    """Drop polygons below the minimum area; points are kept."""
    tiny = (polygons.area_m2 < minimum_area_m2) & ~polygons.point
    findings.add(f"{TINY} {minimum_area_m2:g} m2", "left out", polygons.polygon[tiny])
    return polygons[~tiny]


def _with_region(polygons: gpd.GeoDataFrame, regions: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Add the number of the region that contains most of each polygon; drop those in none."""
    inner = gpd.GeoDataFrame({"number": regions.number.values}, geometry=regions.geometry.values, crs=regions.crs)
    within = polygons.sjoin(inner, predicate="within")[["polygon", "number"]].drop_duplicates("polygon")
    rest = polygons[~polygons.polygon.isin(within.polygon)]
    pieces = rest[["polygon", "geometry"]].overlay(inner, keep_geom_type=True)
    pieces["size"] = vectors.areas_m2(pieces.geometry) if len(pieces) else 0.0
    largest = pieces.sort_values(["polygon", "size", "number"], ascending=[True, False, True])
    numbers = pd.concat([within, largest.drop_duplicates("polygon")[["polygon", "number"]]])
    findings.add("outside of every region", "left out", rest.polygon[~rest.polygon.isin(numbers.polygon)])
    return polygons.merge(numbers, on="polygon")
