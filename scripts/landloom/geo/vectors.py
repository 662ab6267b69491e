"""Layers of vector files: fields, polygons, projection; writing of reproducible GeoPackages."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.files import WRITE_ADVICE, advice, broken, whole
from landloom.core.text import shortened
from landloom.geo import meridian
from landloom.geo.grids import FARTHEST
from landloom.geo.opening import vector_doors
from landloom.geo.opening.geopackages import RefusedVectorError

EQUAL_AREA = "EPSG:6933"
"""Equal-area projection of the whole Earth."""

_FIXED_TIME = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"}
"""Fixed timestamp of GeoPackages, so that equal content gives equal bytes."""


def on_earth(geometries: gpd.GeoSeries) -> np.ndarray:
    """Return which geometries have finite coordinates of a plausible size."""
    coordinates, owners = shapely.get_coordinates(geometries.values, return_index=True)
    odd = ~(np.abs(coordinates) < FARTHEST).all(axis=1)
    found: np.ndarray = np.bincount(owners[odd], minlength=len(geometries)) == 0
    return found


def polygons_of(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygonal part of a geometry, as a polygon or multipolygon; empty if there is none."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [polygons_of(part) for part in getattr(shape, "geoms", ())]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def only_polygons(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the polygonal part of each geometry."""
    shapes = shapes.copy()
    for position in np.flatnonzero(~shapes.geom_type.isin(("Polygon", "MultiPolygon"))):
        shapes.iloc[position] = polygons_of(shapes.iloc[position])
    return shapes


def project(frame: gpd.GeoDataFrame, crs: object, path: Path | str, what: str) -> gpd.GeoDataFrame:
    """Project a layer to another CRS; coordinates outside of its domain become infinite.

    Polygons across the 180th meridian are split there: see :mod:`landloom.geo.meridian`.

    Raises
    ------
    InputError
        If no transformation between the two CRSs exists, as for a local CRS.
    """
    try:
        shapes = meridian.project(meridian.wrapped(frame.geometry), crs)
        return frame.set_geometry(shapes)
    except ProjError as error:
        raise InputError(f"{what}: {path}: its coordinate reference system cannot be transformed ({error})") from None


def areas_m2(shapes: gpd.GeoSeries) -> np.ndarray:
    """Return the areas of polygons on the ellipsoid in square metres."""
    found: np.ndarray = meridian.project(shapes, EQUAL_AREA).area.values
    return found


def column(frame: gpd.GeoDataFrame, field: str, path: Path | str, what: str) -> pd.Series:
    """Return a field; raise if it is missing: the message lists the existing ones."""
    there = [str(name) for name in frame.columns if name != frame.geometry.name]
    same = field_names(field, there)
    if len(same) != 1:
        raise InputError(not_one_field(field, there, path, what))
    return frame[same[0]]


def not_one_field(field: str, there: Sequence[str], path: Path | str, what: str) -> str:
    """Return the message about a field that is missing, or there twice."""
    if field_names(field, there):
        return f"{what}: {path} has more than one field `{field}`; it has {shortened(there)}"
    return f"{what}: {path} has no field {labels.named(field, there)}; it has {shortened(there)}"


def field_names(field: str, there: Sequence[str]) -> list[str]:
    """Return the fields of a file that a name of the configuration means: accents may be stored in two ways."""
    return [name for name in there if labels.plain(name) == labels.plain(field)]


def label_texts(values: pd.Series) -> pd.Series:
    """Return labels or names in the form in which labels are compared, None where missing.

    Millions of polygons have few labels: each is converted once. Lists, which OGR has too, cannot be remembered.
    """
    known = lru_cache(maxsize=None, typed=True)(_label_text)
    return values.map(lambda value: known(value) if pd.api.types.is_hashable(value) else _label_text(value))


def _label_text(value: object) -> str | None:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    return labels.text(value)


def write_layers(path: Path | str, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write a GeoPackage of several layers atomically.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written.
    """
    pyogrio.set_gdal_config_options(_FIXED_TIME)
    try:
        with whole(path) as temporary:
            for name, frame in layers.items():
                pyogrio.write_dataframe(frame, temporary, layer=name, driver="GPKG", append=temporary.exists())
    except (DataSourceError, DataLayerError, FeatureError, GeometryError) as error:
        raise InputError(f"{path}: cannot be written ({error}); {advice(error) or WRITE_ADVICE}") from None


def read_layer(path: Path | str, layer: str) -> gpd.GeoDataFrame:
    """Read a layer of a GeoPackage that :func:`write_layers` wrote.

    Raises
    ------
    InputError
        If it is something else by now.
    """
    _judge(path, layer)
    return pyogrio.read_dataframe(path, layer=layer)


def read_columns(path: Path | str, layer: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read columns of such a layer, without geometries; raises as :func:`read_layer`."""
    _judge(path, layer)
    return pyogrio.read_dataframe(path, layer=layer, columns=list(columns), read_geometry=False)


def _judge(path: Path | str, layer: str) -> None:
    try:
        vector_doors.judge(str(path), layer)
    except RefusedVectorError as error:
        raise broken(path, error) from None


def write_stream(path: Path | str, batches: object, layer: str, crs: str, geometry: str) -> None:
    """Write a GeoPackage of one layer of polygons from a reader of Arrow batches, of which it holds one at a time.

    Parameters
    ----------
    batches : pyarrow.RecordBatchReader
        With the polygons as well-known binary.
    geometry : str
        Name of their column.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written.
    """
    _write_arrow(path, batches, "GPKG", layer=layer, crs=crs, geometry_name=geometry)


def copy_layer(source: Path | str, layer: str, path: Path | str, driver: str, where: str | None) -> None:
    """Copy a layer of polygons, or the features for which a condition of SQL holds, to another file."""
    _judge(source, layer)
    with pyogrio.open_arrow(source, layer=layer, where=where, use_pyarrow=True) as (told, batches):
        geometry = told["geometry_name"] or "wkb_geometry"
        _write_arrow(path, batches, driver, layer=layer, crs=told["crs"], geometry_name=geometry)


def _write_arrow(path: Path | str, batches: object, driver: str, **options: str) -> None:
    pyogrio.set_gdal_config_options(_FIXED_TIME)
    try:
        with whole(path) as temporary:
            pyogrio.write_arrow(batches, temporary, driver=driver, geometry_type="Polygon", **options)
    except (DataSourceError, DataLayerError, FeatureError, GeometryError) as error:
        raise InputError(f"{path}: cannot be written ({error}); {advice(error) or WRITE_ADVICE}") from None
