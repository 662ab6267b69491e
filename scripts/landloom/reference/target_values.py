"""Values of a target in the reference: read as numbers, and put into bins that stand in for classes."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from landloom.core import tables
from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.reference.findings import Findings
from landloom.reference.target_settings import KEY, TargetSettings

MOST_SHOWN = 5
"""Values in a message."""

COLORS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
"""Colours of low to high values (red, green, blue), between which those of bins are interpolated."""


def values_of(
    column: pd.Series, target: TargetSettings, path: str, field_key: str = KEY
) -> tuple[pd.Series, Findings]:
    """Return each polygon's value as float32, NaN where it has none, and what was found.

    Parameters
    ----------
    column : Series
        As the file has it, indexed by the polygons' ids.
    target : TargetSettings
    path, field_key : str
        Of the polygons' file and field, for messages.

    Raises
    ------
    InputError
        If a value is no number, infinite, or outside of ``target.range``.
    """
    missing = column.isna() | (column.astype(str).str.strip() == "")
    numbers = pd.to_numeric(column.where(~missing), errors="coerce").astype(np.float64)
    where = f"{field_key}: {path}"
    if (odd := numbers.isna() & ~missing).any():
        raise InputError(f"{where}: {_some(column[odd])} no number; a target needs one for each polygon")
    least, greatest = target.range
    stored = numbers.astype(np.float32)
    if (odd := ~missing & ~((numbers >= least) & (numbers <= greatest))).any():
        raise InputError(
            f"{where}: {_some(numbers[odd])} outside of `target.range` [{least:g}, {greatest:g}]; mend the range or "
            "the values, or leave a missing value empty"
        )
    findings = Findings()
    findings.add("no value", "left out", column.index[missing])
    return stored + np.float32(0), findings  # -0 becomes 0


def _some(odd: pd.Series) -> str:
    """Return odd values for a message, with their number."""
    values = [f"{one:g}" if isinstance(one, float) else repr(one) for one in odd.unique().tolist()]
    shown = shortened(", ".join(values[:MOST_SHOWN])) + (" and others" if len(values) > MOST_SHOWN else "")
    return f"{shown} ({len(odd)} polygons) {'is' if len(values) == 1 else 'are'}"


def check_not_constant(values: np.ndarray, path: str, field_key: str = KEY) -> None:
    """Raise InputError where all values are one: there is nothing to estimate."""
    known = values[~np.isnan(values)]
    if len(known) and (known == known[0]).all():
        raise InputError(f"{field_key}: {path}: all {len(known)} values are {known[0]:g}; nothing to estimate")


def codes_of(column: pd.Series, target: TargetSettings, path: str, field_key: str) -> tuple[pd.Series, Findings]:
    """Return a code for each value, one for equal values, so that cleaning can treat values as it treats classes.

    The code of a value is its float32 read as an integer, missing where there is no value: see :func:`decoded`.
    Parameters and errors are those of :func:`values_of`.
    """
    values, findings = values_of(column, target, path, field_key)
    codes = pd.Series(values.to_numpy().view(np.int32), index=column.index, dtype="Int64")
    return codes.mask(values.isna()), findings


def decoded(codes: np.ndarray) -> np.ndarray:
    """Return the float32 values of codes of :func:`codes_of`."""
    found: np.ndarray = np.ascontiguousarray(codes, np.int32).view(np.float32)
    return found


def bin_edges(values: np.ndarray, bins: int) -> np.ndarray:
    """Return the greatest value of each bin but the last, ascending.

    Bins hold about as many values each; of many equal ones, there are fewer bins. Edges are values: no bin is empty.

    Parameters
    ----------
    values : ndarray of float32, shape (polygons,)
        Not all equal.
    bins : int
        Wanted.
    """
    quantiles = np.quantile(values, np.arange(1, bins) / bins, method="inverted_cdf")
    below_greatest = values[values < values.max()]
    # Where nearly all values are the greatest one, the others are a bin.
    return np.unique(np.minimum(quantiles, below_greatest.max()))


def with_bins(polygons: gpd.GeoDataFrame, bins: int, path: str) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Replace the codes of cleaned polygons by a column ``value`` and the number of its bin, from 1.

    Returns
    -------
    polygons : GeoDataFrame
        With ``value`` (float32) and ``code`` (int32).
    edges : ndarray of float32
        As of :func:`bin_edges`, of all polygons.
    """
    values = decoded(polygons.code.to_numpy())
    check_not_constant(values, path)
    edges = bin_edges(values, bins)
    codes = 1 + np.searchsorted(edges, values, side="left")
    return polygons.assign(value=values, code=codes.astype(np.int32)), edges


def write_bins(path: Path | str, polygons: gpd.GeoDataFrame) -> None:
    """Write the bins as a nomenclature: ``label``, ``name``, ``color``, and the ``least`` and ``greatest`` value."""
    limits = polygons.groupby("code", sort=True).value.agg(["min", "max"])
    rows = (
        (
            code,
            f"{least:.4g} to {greatest:.4g}",
            color_of((code - 1) / (len(limits) - 1)),
            f"{least:.9g}",
            f"{greatest:.9g}",
        )
        for code, least, greatest in limits.itertuples()
    )
    tables.write(path, ("label", "name", "color", "least", "greatest"), rows)


def color_of(share: float, colors: Sequence[tuple[int, int, int]] = COLORS) -> str:
    """Return the colour of a value as #rrggbb, where 0 is the least and 1 the greatest."""
    parts = [np.interp(share * (len(colors) - 1), range(len(colors)), column) for column in zip(*colors, strict=True)]
    return "#" + "".join(f"{round(float(part)):02x}" for part in parts)
