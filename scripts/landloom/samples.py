"""Samples: which reference pixels there are, which are drawn, and their features."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import rasterio
from rasterio.features import rasterize

from landloom import features, territory
from landloom.config import SampleSettings
from landloom.errors import InputError
from landloom.features import SensorFeatures
from landloom.files import whole
from landloom.grids import Grid, Window
from landloom.progress import Progress
from landloom.reference import TRAIN
from landloom.series import SeriesWindow, TileReader

WINDOW_SIDE = 512
DRAW = 1
"""Last part of the seed of sample draws, so that they differ from the draws of roles."""

POSITION_COLUMNS = ("row", "column", "polygon", "code", "number", "looks")


def find_candidates(
    polygons: gpd.GeoDataFrame, grid: Grid, regions: Path | str, validity: Path | str
) -> pd.DataFrame:
    """Return all pixels of a tile whose centre lies in a reference polygon.

    Parameters
    ----------
    polygons : GeoDataFrame
        With the columns ``polygon`` and ``code``.
    regions, validity : path
        Rasters of the tile.

    Returns
    -------
    DataFrame
        ``row``, ``column``, ``polygon``, ``code``, ``number`` (of the pixel's region), ``looks`` (clear ones);
        of pixels that the tile owns, sorted by row and column.
    """
    local = polygons[["polygon", "code", "geometry"]].to_crs(grid.crs)
    parts = []
    with rasterio.open(regions) as region_file, rasterio.open(validity) as validity_file:
        for window in grid.windows(territory.WINDOW_SIDE):
            found = _burn(local, grid, window)
            if found is None:
                continue
            number, owned = region_file.read(window=window.ranges)
            rows, columns = np.nonzero((found > 0) & (owned > 0))
            index = found[rows, columns] - 1
            parts.append(
                pd.DataFrame(
                    {
                        "row": (rows + window.row).astype(np.int32),
                        "column": (columns + window.column).astype(np.int32),
                        "polygon": local.polygon.values[index],
                        "code": local.code.values[index].astype(np.int32),
                        "number": number[rows, columns].astype(np.int32),
                        "looks": validity_file.read(1, window=window.ranges)[rows, columns].astype(np.int32),
                    }
                )
            )
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=np.int32) for name in POSITION_COLUMNS}).astype(
            {"polygon": np.int64}
        )
    return pd.concat(parts).sort_values(["row", "column"]).reset_index(drop=True)


def _burn(polygons: gpd.GeoDataFrame, grid: Grid, window: Window) -> np.ndarray | None:
    """Return, for each pixel of a window, the position of its polygon from 1, else 0; None where there is none."""
    right = grid.left + (window.column + window.columns) * grid.resolution
    bottom = grid.top - (window.row + window.rows) * grid.resolution_y
    left = grid.left + window.column * grid.resolution
    top = grid.top - window.row * grid.resolution_y
    near = polygons.sindex.query(_box(left, bottom, right, top))
    if not len(near):
        return None
    transform = rasterio.windows.transform(rasterio.windows.Window.from_slices(*window.ranges), grid.transform)
    pairs = [(polygons.geometry.iloc[position], int(position) + 1) for position in sorted(near)]
    return rasterize(pairs, (window.rows, window.columns), transform=transform, fill=0, dtype="int32")


def _box(left: float, bottom: float, right: float, top: float):
    from shapely.geometry import box

    return box(left, bottom, right, top)


def select(
    candidates: Mapping[str, pd.DataFrame], polygons: gpd.GeoDataFrame, settings: SampleSettings, runs: int, seed: int
) -> pd.DataFrame:
    """Draw the training samples of all runs.

    Parameters
    ----------
    candidates : dict of tile: DataFrame
        As :func:`find_candidates` made them.
    polygons : GeoDataFrame
        With the roles ``run0``, ``run1`` ...

    Returns
    -------
    DataFrame
        ``tile``, position, ``polygon``, ``code``, ``number`` and a bool for each run, sorted by tile, row, column;
        pixels that some run uses. It does not depend on the order of the tiles.
    """
    tables = [table.assign(tile=tile) for tile, table in sorted(candidates.items())]
    pixels = pd.concat(tables, ignore_index=True)
    pixels = pixels[pixels.looks >= settings.minimum_clear_looks].reset_index(drop=True)
    roles = polygons.set_index("polygon")
    for run in range(runs):
        trains = roles[f"run{run}"].reindex(pixels.polygon).values == TRAIN
        pixels[f"run{run}"] = _draw(pixels[trains], settings, [seed, run], len(pixels))
    used = pixels[[f"run{run}" for run in range(runs)]].any(axis=1)
    return pixels[used].sort_values(["tile", "row", "column"]).reset_index(drop=True)


def _draw(pixels: pd.DataFrame, settings: SampleSettings, seed: list[int], size: int) -> np.ndarray:
    """Return which of ``size`` pixels are drawn among those given."""
    drawn = np.zeros(size, bool)
    for number, region in pixels.groupby("number", sort=True):
        counts = region.groupby("code", sort=True).size()
        wanted = quotas(counts, settings)
        for code, group in region.groupby("code", sort=True):
            order = np.random.default_rng([*seed, int(number), int(code), DRAW])
            drawn[order.choice(group.index.values, int(wanted[code]), replace=False)] = True
    return drawn


def quotas(counts: pd.Series, settings: SampleSettings) -> pd.Series:
    """Return how many samples of each class to draw.

    Parameters
    ----------
    counts : Series
        Pixels of each class in a region.

    Returns
    -------
    Series
        Never more than there are. ``total``: in proportion to the counts, by largest remainders, at least one of
        each class.
    """
    if settings.strategy == "all":
        return counts
    assert settings.number is not None
    if settings.strategy == "per_class":
        return counts.clip(upper=settings.number)
    total = min(settings.number, int(counts.sum()))
    exact = counts * total / counts.sum()
    base = np.floor(exact).astype(int)
    remainders = (exact - base).sort_values(ascending=False, kind="stable").index
    base.loc[remainders[: total - int(base.sum())]] += 1
    return base.clip(lower=1)


def count(
    candidates: Mapping[str, pd.DataFrame],
    selection: pd.DataFrame,
    polygons: gpd.GeoDataFrame,
    regions: Sequence[str],
    runs: int,
) -> pd.DataFrame:
    """Count reference pixels and samples by run, region and class.

    Returns
    -------
    DataFrame
        ``run``, ``region``, ``code``, ``reference_pixels``, ``training_pixels``, ``samples``.
    """
    pixels = pd.concat(list(candidates.values()), ignore_index=True)
    roles = polygons.set_index("polygon")
    keys = ["number", "code"]
    tables = []
    for run in range(runs):
        trains = roles[f"run{run}"].reindex(pixels.polygon).values == TRAIN
        columns = {
            "reference_pixels": pixels.groupby(keys).size(),
            "training_pixels": pixels[trains].groupby(keys).size(),
            "samples": selection[selection[f"run{run}"]].groupby(keys).size(),
        }
        table = pd.DataFrame(columns).fillna(0).astype(np.int64).reset_index()
        table.insert(0, "run", run)
        table.insert(1, "region", [regions[number - 1] for number in table.pop("number")])
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def extract(
    selection: pd.DataFrame, grid: Grid, sensors: Sequence[SensorFeatures], reader: TileReader
) -> pd.DataFrame:
    """Read the features of the selected pixels of a tile.

    Returns
    -------
    DataFrame
        The selection with ``x``, ``y`` (of the pixel's centre, in the tile's CRS) and a column for each feature
        (int16). Pixels that no sensor saw clear are left out.
    """
    windows = dict(_by_window(selection, grid))
    progress = Progress("samples", len(selection))
    kept, blocks = [], []
    for window, series in reader.stream(windows):
        rows = windows[window]
        inner = selection.loc[rows]
        pixels = ((inner.row - window.row) * window.columns + inner.column - window.column).values
        picked = {
            sensor: SeriesWindow(np.ascontiguousarray(one.values[:, :, pixels]), one.valid[:, pixels])
            for sensor, one in series.items()
        }
        block, seen = features.stack(sensors, picked)
        kept.append(rows[seen])
        blocks.append(block[seen])
        progress.advance(len(rows))
    return _table(selection, grid, kept, blocks, features.names_of(sensors))


def _by_window(selection: pd.DataFrame, grid: Grid) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield the windows that hold selected pixels, with the positions of these."""
    across = -(-grid.columns // WINDOW_SIDE)
    keys = (selection.row // WINDOW_SIDE) * across + selection.column // WINDOW_SIDE
    groups = selection.groupby(keys).indices
    for key, window in enumerate(grid.windows(WINDOW_SIDE)):
        if key in groups:
            yield window, groups[key]


def _table(
    selection: pd.DataFrame, grid: Grid, kept: list[np.ndarray], blocks: list[np.ndarray], names: list[str]
) -> pd.DataFrame:
    """Put positions and features side by side, sorted by row and column."""
    rows = np.concatenate(kept) if kept else np.zeros(0, np.int64)
    matrix = np.concatenate(blocks) if blocks else np.zeros((0, len(names)), np.int16)
    table = selection.loc[rows].reset_index(drop=True)
    table["x"] = grid.left + (table.column + 0.5) * grid.resolution
    table["y"] = grid.top - (table.row + 0.5) * grid.resolution_y
    full = pd.concat([table, pd.DataFrame(matrix, columns=names)], axis=1)
    return full.sort_values(["row", "column"]).reset_index(drop=True)


def write(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table as parquet, whole."""
    with whole(path) as temporary:
        table.to_parquet(temporary, index=False)


def training_set(paths: Sequence[Path | str], number: int, run: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Gather the training samples of one region and run from the tiles' tables.

    Returns
    -------
    features : ndarray of int16, shape (samples, features)
    codes : ndarray of int32, shape (samples,)
    names : list of str
        Of the features.

    Raises
    ------
    InputError
        Where there is no sample, or only one class.
    """
    matrices: list[np.ndarray] = []
    codes: list[np.ndarray] = []
    names: list[str] = []
    for path in sorted(map(str, paths)):
        table = pq.read_table(path, filters=[("number", "==", number), (f"run{run}", "==", True)])
        names = names or [name for name in table.column_names if name not in _not_features(table.column_names)]
        if table.num_rows:
            codes.append(table["code"].to_numpy())
            matrices.append(np.column_stack([table[name].to_numpy() for name in names]))
    if not matrices:
        raise InputError("no training sample lies in this region; add reference polygons, or leave the region out")
    joined = np.concatenate(codes).astype(np.int32)
    if len(np.unique(joined)) < 2:
        raise InputError(f"all training samples of this region are of one class ({joined[0]}); nothing to tell apart")
    return np.ascontiguousarray(np.concatenate(matrices)), joined, names


def _not_features(columns: Sequence[str]) -> set[str]:
    """Return the columns that describe a sample."""
    runs = {name for name in columns if name.startswith("run") and name[3:].isdecimal()}
    return {*POSITION_COLUMNS, "tile", "x", "y", *runs}
