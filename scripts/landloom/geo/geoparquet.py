"""GeoParquet files, which OGR reads only where it was built with Arrow."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyarrow import parquet

SUFFIXES = (".parquet", ".geoparquet")


def is_one(path: str) -> bool:
    """Return whether a file is to be read as GeoParquet."""
    return Path(path).suffix.lower() in SUFFIXES


def layers(path: str) -> dict[str, bool]:
    """Return no layers: the format has none."""
    return {}


def read(path: str, layer: None) -> gpd.GeoDataFrame:
    """Read the features, with their positions as index; the format has no ids."""
    return gpd.read_parquet(path).reset_index(drop=True)


def describe(path: str, layer: None) -> tuple[int, object, tuple[str, ...]]:
    """Return the number of features, the CRS, and the fields.

    Without a CRS in its metadata, a file is in longitude and latitude; null stands for an unknown one
    (https://geoparquet.org, version 1.1).
    """
    file = parquet.ParquetFile(path)
    geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    if not geo:
        raise ValueError("it lacks the metadata `geo` of GeoParquet")
    columns = geo["columns"]
    crs = columns[geo["primary_column"]].get("crs", "OGC:CRS84")
    return file.metadata.num_rows, crs, tuple(name for name in file.schema_arrow.names if name not in columns)


def values(path: str, layer: None, field: str) -> pd.Series:
    """Return the values of a field."""
    return parquet.read_table(path, columns=[field])[field].to_pandas()
