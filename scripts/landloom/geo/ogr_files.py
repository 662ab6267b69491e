"""Vector files of formats that OGR reads: those of :mod:`landloom.geo.opening.vector_doors`."""

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd
import pyogrio

from landloom.core import labels
from landloom.geo.opening import vector_doors

_SUPPOSED = "iso8859-1"
"""Encoding that GDAL supposes of a shapefile that does not say it."""

_COMMON = {
    "UTF-8": "utf-8",
    "windows-1252": "cp1252",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "ISO-8859-2": "iso8859-2",
    "CP850": "cp850",
    "CP852": "cp852",
    "CP866": "cp866",
}
"""Encodings of shapefiles by their names in a .cpg file, the most common first."""


def is_one(path: str) -> bool:
    """Return true: what is read with OGR is told when it is opened."""
    return True


def layers(path: str) -> dict[str, bool]:
    """Return the layers by name, and whether each has geometries: styles, for example, are tables without."""
    vector_doors.judge(path)
    return {str(name): geometry is not None for name, geometry in pyogrio.list_layers(path)}


def read(path: str, layer: str | None) -> gpd.GeoDataFrame | pd.DataFrame:
    """Read a layer, with the features' ids as index."""
    vector_doors.judge(path, layer)
    return pyogrio.read_dataframe(path, layer=layer, fid_as_index=True)


def describe(path: str, layer: str | None) -> tuple[int, object, tuple[str, ...]]:
    """Return the number of features, the CRS, and the fields."""
    vector_doors.judge(path, layer)
    info = pyogrio.read_info(path, layer=layer)
    return info["features"], info["crs"], tuple(map(str, info["fields"]))


def values(path: str, layer: str | None, field: str) -> pd.Series:
    """Return the values of a field."""
    vector_doors.judge(path, layer)
    return pyogrio.read_dataframe(path, layer=layer, columns=[field], read_geometry=False)[field]


def encoding_of(garbled: Iterable[str], known: Iterable[str]) -> str | None:
    """Return the encoding in which all labels that were read as ISO-8859-1 would be known; None if there is none."""
    there, several = set(known), list(garbled)
    for name, encoding in _COMMON.items():
        if {_decoded(label, encoding) for label in several} <= there:
            return name
    return None


def _decoded(label: str, encoding: str) -> str | None:
    try:
        return labels.text(label.encode(_SUPPOSED).decode(encoding))
    except UnicodeError:
        return None
