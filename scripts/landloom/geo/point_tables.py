"""CSV files of points: one line each, with the columns ``x`` and ``y``; the CRS comes from the configuration."""

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd

from landloom.core.tables import SEPARATORS
from landloom.core.text import shortened


def is_one(path: str) -> bool:
    """Return whether a file is a CSV file with the columns ``x`` and ``y``."""
    return _is_csv(path) and _separator(path) is not None


def layers(path: str) -> dict[str, bool]:
    """Return no layers: the format has none."""
    return {}


def advice(path: str) -> str:
    """Return what a CSV file lacks to be one of points; empty for other files."""
    return "; a CSV file of points needs the columns `x` and `y`" if _is_csv(path) else ""


def read(path: str, layer: None) -> gpd.GeoDataFrame:
    """Read the points, with their positions as index; empty fields are missing, all others are text."""
    table = _table(path)
    x, y = (_coordinates(table, name, path) for name in ("x", "y"))
    return gpd.GeoDataFrame(_without_coordinates(table), geometry=gpd.points_from_xy(x, y))


def describe(path: str, layer: None) -> tuple[int, object, tuple[str, ...]]:
    """Return the number of points, that there is no CRS, and the fields."""
    table = _table(path)
    return len(table), None, tuple(_without_coordinates(table).columns)


def values(path: str, layer: None, field: str) -> pd.Series:
    """Return the values of a field."""
    return _table(path)[field]


def _is_csv(path: str) -> bool:
    return Path(path).suffix.lower() in (".csv", ".tsv") and Path(path).is_file()


def _separator(path: str) -> str | None:
    """Return the character that separates ``x`` from ``y`` and others in the header; None if they are not there."""
    with Path(path).open(encoding="utf-8-sig", errors="replace") as file:
        header = file.readline(2**16)
    for separator in SEPARATORS:
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=separator), [])]
        if {"x", "y"} <= set(names):
            return separator
    return None


def _table(path: str) -> pd.DataFrame:
    """Return all columns as text, the coordinates named ``x`` and ``y``; only empty fields are missing."""
    table = pd.read_csv(
        path,
        sep=_separator(path),
        index_col=False,
        dtype=str,
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8-sig",
    )
    names = {name: name.strip() for name in table.columns}
    lower = {name: plain.lower() for name, plain in names.items() if plain.lower() in ("x", "y")}
    if sorted(lower.values()) != ["x", "y"]:
        raise ValueError(f"it has the columns {shortened(list(lower))}; one `x` and one `y` are needed")
    return table.rename(columns=names | lower)


def _coordinates(table: pd.DataFrame, name: str, path: str) -> pd.Series:
    """Return a column of coordinates; all must be numbers, with a point for decimals."""
    numbers = pd.to_numeric(table[name], errors="coerce")
    if numbers.isna().any():
        first = int(numbers.isna().to_numpy().argmax())
        raise ValueError(
            f"{name} of point {first + 1} is {shortened(repr(table[name].iloc[first]))}; numbers are needed, as "
            "431250.5"
        )
    return numbers


def _without_coordinates(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=["x", "y"])
