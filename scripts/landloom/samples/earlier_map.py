"""Samples from reliable pixels of an earlier map.

A pixel is reliable if its confidence is high, it has enough valid observations, and its class prevails around it. Of
these pixels, outside of all reference polygons, those with the smallest random keys are drawn (see
:mod:`landloom.samples.random_keys`): each tile keeps the largest possible number, then a common limit of keys is
derived for all tiles.
"""

import zlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numba import njit
from rasterio.io import DatasetReader

from landloom.core.errors import InputError
from landloom.geo import grids, rasters
from landloom.geo.grids import Grid, Window
from landloom.samples.earlier_map_settings import MapSampleSettings
from landloom.samples.random_keys import keys

WINDOW_SIDE = 1024
GROUP = ["number", "code"]
BLOCK_PX = 100
"""Side in pixels of the squares whose samples count as one polygon, since neighbours are similar."""

_OUTSIDE = -1


@dataclass(frozen=True)
class Layers:
    """Rasters of a tile on its grid: three of the earlier map, the regions, the valid observations of this year."""

    classification: Path | str
    confidence: Path | str
    validity: Path | str
    regions: Path | str
    observations: Path | str


@dataclass(frozen=True, eq=False)
class Wanted:
    """Specification of a draw.

    Attributes
    ----------
    settings : MapSampleSettings
    codes : tuple of int
        The classes.
    numbers : DataFrame
        As returned by :func:`wanted_numbers`.
    minimum_observations : dict of region number: int
        Smallest number of valid observations of a sample this year.
    seed : int
    """

    settings: MapSampleSettings
    codes: tuple[int, ...]
    numbers: pd.DataFrame
    minimum_observations: Mapping[int, int]
    seed: int

    @property
    def runs(self) -> list[int]:
        """Return the runs."""
        return sorted(self.numbers.run.unique().tolist())


def wanted_numbers(
    counts: pd.DataFrame, regions: Sequence[str], codes: Sequence[int], number: int | None
) -> pd.DataFrame:
    """Return the requested number of samples of each run, region and class.

    Parameters
    ----------
    counts : DataFrame
        ``run``, ``region``, ``code``, ``samples``: number drawn from the reference.
    number : int or None
        Number of each; None for as many as from the reference.

    Returns
    -------
    DataFrame
        ``run``, ``number`` (of the region), ``code``, ``wanted``.
    """
    table = counts[counts.code.isin(codes)]
    wanted = table.samples if number is None else number
    positions = {region: position for position, region in enumerate(regions, 1)}
    return pd.DataFrame(
        {"run": table.run, "number": table.region.map(positions), "code": table.code, "wanted": wanted}
    ).reset_index(drop=True)


def find(tile: str, grid: Grid, layers: Layers, reference: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """Find the candidate pixels of a tile: those with the smallest keys of each run, region and class.

    Parameters
    ----------
    reference : DataFrame
        ``row`` and ``column`` of all pixels of reference polygons.

    Returns
    -------
    DataFrame
        As returned by :func:`landloom.reference.reference_pixels.find_candidates`, without test roles. Instead of a
        polygon, pixels have a negative number for their spatial block.

    Raises
    ------
    InputError
        If a raster is not on the tile's grid.
    """
    taken = np.zeros((grid.rows, grid.columns), bool)
    taken[reference.row, reference.column] = True
    best: dict[int, pd.DataFrame] = {}
    with ExitStack() as files:
        opened = {name: files.enter_context(rasters.opened_map(path)) for name, path in asdict(layers).items()}
        for dataset in opened.values():
            _check_grid(dataset, tile, grid)
        for window in grid.windows(WINDOW_SIDE):
            pixels = _sure_pixels(opened, window, taken, wanted)
            for run in wanted.runs:
                found = keys(tile, pixels.row.to_numpy(), pixels.column.to_numpy(), wanted.seed, run)
                there = pixels.assign(key=found)
                best[run] = _smallest(pd.concat([best.get(run, there[:0]), there]), of_run(wanted.numbers, run))
    return _joined(best, tile)


def _check_grid(dataset: DatasetReader, tile: str, grid: Grid) -> None:
    try:
        right = grids.of_dataset(dataset) == grid
    except ValueError:
        right = False
    if not right:
        raise InputError(f"samples.from_map: {dataset.name} is not on the grid of tile {tile}; give a map that is")


def _sure_pixels(
    layers: Mapping[str, DatasetReader], window: Window, taken: np.ndarray, wanted: Wanted
) -> pd.DataFrame:
    """Return the candidate pixels of a window."""
    labels = _with_margin(layers["classification"], window)
    number, owned = layers["regions"].read([1, 2], window=window.ranges)
    confidence, validity, observations = (
        rasters.read_or_0(layers[name], window.ranges) for name in ("confidence", "validity", "observations")
    )
    fewest = np.zeros(max(wanted.minimum_observations) + 1, np.int32)
    for region, least in wanted.minimum_observations.items():
        fewest[region] = least
    sure = np.isin(labels[1:-1, 1:-1], wanted.codes) & (owned > 0) & ~taken[window.slices]
    sure &= (confidence >= wanted.settings.minimum_confidence) & (validity >= wanted.settings.minimum_observations)
    sure &= observations >= fewest[number]
    sure &= most_around(labels)
    rows, columns = np.nonzero(sure)
    return pd.DataFrame(
        {
            "row": (rows + window.row).astype(np.int32),
            "column": (columns + window.column).astype(np.int32),
            "code": labels[1:-1, 1:-1][sure].astype(np.int32),
            "number": number[sure].astype(np.int32),
            "observations": observations[sure].astype(np.int32),
        }
    )


def _with_margin(dataset: DatasetReader, window: Window) -> np.ndarray:
    """Return the labels of a window with a margin of one pixel, -1 outside of the raster."""
    labels = np.full((window.rows + 2, window.columns + 2), _OUTSIDE, np.int32)
    top, left = max(window.row - 1, 0), max(window.column - 1, 0)
    bottom = min(window.row + window.rows + 1, dataset.height)
    right = min(window.column + window.columns + 1, dataset.width)
    found = rasters.read_or_0(dataset, ((top, bottom), (left, right)))
    row, column = top - window.row + 1, left - window.column + 1
    labels[row : row + found.shape[0], column : column + found.shape[1]] = found
    return labels


@njit(cache=True)
def most_around(labels):
    """Return where a pixel's label is more frequent than any other in its 3 x 3 neighbourhood.

    Parameters
    ----------
    labels : ndarray of int32, shape (rows + 2, columns + 2)
        With a margin of one pixel; negative labels are ignored.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
    """
    rows, columns = labels.shape[0] - 2, labels.shape[1] - 2
    most = np.ones((rows, columns), np.bool_)
    around = np.empty(9, np.int32)
    for row in range(rows):
        for column in range(columns):
            own = labels[row + 1, column + 1]
            for position in range(9):
                around[position] = labels[row + position // 3, column + position % 3]
            count = _count(around, own)
            for other in around:
                if other >= 0 and other != own and _count(around, other) >= count:
                    most[row, column] = False
                    break
    return most


@njit(cache=True)
def _count(labels, label):
    count = 0
    for one in labels:
        count += one == label
    return count


def _smallest(pixels: pd.DataFrame, numbers: pd.Series) -> pd.DataFrame:
    """Return the requested number of pixels with the smallest keys of each region and class."""
    pixels = pixels.sort_values([*GROUP, "key"], ignore_index=True)
    limit = numbers.reindex(pd.MultiIndex.from_frame(pixels[GROUP]), fill_value=0).to_numpy()
    return pixels[pixels.groupby(GROUP).cumcount() < limit]


def _joined(best: Mapping[int, pd.DataFrame], tile: str) -> pd.DataFrame:
    """Return the candidate pixels of all runs, with the runs that may draw them."""
    columns = ["row", "column", "code", "number", "observations"]
    pixels = pd.concat([table[columns] for table in best.values()]).drop_duplicates(["row", "column"])
    pixels = pixels.sort_values(["row", "column"], ignore_index=True)
    pixels.insert(2, "polygon", _blocks(tile, pixels))
    positions = pd.MultiIndex.from_frame(pixels[["row", "column"]])
    for run, table in best.items():
        pixels[f"run{run}"] = positions.isin(pd.MultiIndex.from_frame(table[["row", "column"]]))
    return pixels


def _blocks(tile: str, pixels: pd.DataFrame) -> np.ndarray:
    """Return a negative number for each pixel's spatial block; tiles with equal checksums may share numbers."""
    block = (pixels.row.to_numpy().astype(np.int64) // BLOCK_PX << 12) | pixels.column.to_numpy() // BLOCK_PX
    found: np.ndarray = -((zlib.crc32(tile.encode()) << 24 | block) + 1)
    return found


def settle(
    candidates: Mapping[str, pd.DataFrame], numbers: pd.DataFrame, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Determine the draw over all tiles.

    Parameters
    ----------
    candidates : dict of tile: DataFrame
        As returned by :func:`find`.
    numbers : DataFrame
        As returned by :func:`wanted_numbers`.

    Returns
    -------
    limits : DataFrame
        ``run``, ``number``, ``code``, ``minimum_observations`` (0: candidates have enough observations) and ``key``:
        the largest that is drawn.
    counts : DataFrame
        ``run``, ``number``, ``code``, ``wanted``, ``samples``.
    """
    limits, counts = [], []
    for run in sorted(numbers.run.unique().tolist()):
        tables = [
            table.assign(key=keys(tile, table.row.to_numpy(), table.column.to_numpy(), seed, run))
            for tile, table in sorted(candidates.items())
        ]
        pixels = pd.concat([table[table[f"run{run}"]] for table in tables])
        wanted = of_run(numbers, run)
        drawn = _smallest(pixels, wanted).groupby(GROUP).key.agg(["max", "size"])
        samples = drawn["size"].reindex(wanted.index, fill_value=0)
        limits.append(drawn["max"].rename("key").reset_index().assign(run=run, minimum_observations=0))
        counts.append(pd.DataFrame({"wanted": wanted, "samples": samples}).reset_index().assign(run=run))
    return (
        pd.concat(limits, ignore_index=True)[["run", *GROUP, "minimum_observations", "key"]],
        pd.concat(counts, ignore_index=True)[["run", *GROUP, "wanted", "samples"]],
    )


def of_run(numbers: pd.DataFrame, run: int) -> pd.Series:
    """Return the requested numbers of a run by region and class."""
    return numbers[numbers.run == run].set_index(GROUP).wanted


def use_kernels() -> None:
    """Call every kernel once, so that it is compiled before the work."""
    most_around(np.zeros((3, 3), np.int32))
