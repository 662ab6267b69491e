"""Boundary discontinuities of a map along the borders of regions, which boundary fusion is meant to reduce.

On both sides of an artificial border, class frequencies are similar. The discontinuity is the difference between two
edge bands a few pixels wide (quantity disagreement: Pontius and Millones 2011, International Journal of Remote
Sensing 32). It includes real differences of the landscape, which are the same for all compared maps.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.ndimage import binary_dilation

from landloom.accuracy import clusters, confusion
from landloom.accuracy.class_counts import disagreement
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import grids, rasters
from landloom.geo.grids import Grid, Window

STRIP_PX = 3
WINDOW_SIDE = 1024
SEPARATE = "separate"
"""Name of the map without boundary fusion."""

WHOLE, NEAR = "map", "border"
"""Areas of comparison with the test polygons: the whole map, and pixels with several weighted models."""


def count_strips(maps: Mapping[str, Path | str], regions: Path | str) -> pd.DataFrame:
    """Count the labels of the pixels along the borders in a tile.

    Parameters
    ----------
    maps : dict of name: path
        Rasters of class codes.
    regions : path
        As written by :func:`landloom.geo.ownership.write_tile_regions`.

    Returns
    -------
    DataFrame
        ``map``, ``number``, ``neighbour``, ``code``, ``pixels``: of the tile's own pixels in the region of that
        number, within `STRIP_PX` of its neighbour; unclassified pixels are left out.
    """
    rows = []
    with ExitStack() as files:
        region_file = files.enter_context(rasters.opened(regions))
        opened = {name: files.enter_context(rasters.opened(path)) for name, path in maps.items()}
        grid = grids.of_dataset(region_file)
        for window in grid.windows(WINDOW_SIDE):
            strips = _strips(region_file, grid, window)
            for name, file in opened.items() if strips else ():
                labels = file.read(1, window=window.ranges)
                rows += [
                    (name, *pair, int(code), int(pixels))
                    for pair, here in strips.items()
                    for code, pixels in zip(*np.unique(labels[here], return_counts=True), strict=True)
                    if code != UNCLASSIFIED
                ]
    keys = ["map", "number", "neighbour", "code"]
    return pd.DataFrame(rows, columns=[*keys, "pixels"]).groupby(keys, as_index=False).pixels.sum()


def _strips(region_file: Any, grid: Grid, window: Window) -> dict[tuple[int, int], np.ndarray]:
    """Return the owned pixels of a window in one region and near another, by both numbers."""
    top, left = max(window.row - STRIP_PX, 0), max(window.column - STRIP_PX, 0)
    bottom = min(window.row + window.rows + STRIP_PX, grid.rows)
    right = min(window.column + window.columns + STRIP_PX, grid.columns)
    numbers, owned = region_file.read(window=((top, bottom), (left, right)))
    inner = (
        slice(window.row - top, window.row - top + window.rows),
        slice(window.column - left, window.column - left + window.columns),
    )
    present = np.unique(numbers[numbers > 0]).tolist()
    if len(present) < 2:
        return {}
    near = {number: binary_dilation(numbers == number, iterations=STRIP_PX) for number in present}
    strips = {
        (one, other): (near[other] & (numbers == one) & (owned > 0))[inner]
        for one in near
        for other in near
        if one != other
    }
    return {pair: here for pair, here in strips.items() if here.any()}


def steps(strips: pd.DataFrame) -> pd.DataFrame:
    """Return the discontinuity (0 to 1) of each map at each border, from the edge bands of all tiles.

    Returns
    -------
    DataFrame
        ``map``, ``number``, ``neighbour`` (the larger number), ``pixels`` of both edge bands, ``step``.
    """
    totals = strips.groupby(["map", "number", "neighbour", "code"]).pixels.sum()
    sides = {side: table.droplevel([0, 1, 2]).to_dict() for side, table in totals.groupby(level=[0, 1, 2])}
    rows = [
        (name, one, other, sum(here.values()) + sum(there.values()), disagreement(here, there))
        for (name, one, other), here in sides.items()
        if one < other and (there := sides.get((name, other, one)))
    ]
    return pd.DataFrame(rows, columns=["map", "number", "neighbour", "pixels", "step"])


def compare(candidates: pd.DataFrame, run: int, maps: Mapping[str, Path | str], weights: Path | str) -> pd.DataFrame:
    """Compare maps of a tile with the test pixels of a run, and separately with those near borders.

    Parameters
    ----------
    candidates : DataFrame
        As returned by :func:`landloom.reference.reference_pixels.find_candidates`.
    weights : path
        As written by :func:`landloom.geo.border_weights.write_tile_weights`.

    Returns
    -------
    DataFrame
        As returned by :func:`landloom.accuracy.confusion.compare_pixels`, with ``map`` and ``place``: the whole map,
        or near borders.
    """
    tested = candidates[candidates[f"test{run}"]]
    places = {WHOLE: tested, NEAR: tested[_several_act(tested, weights)]}
    return pd.concat(
        [
            confusion.compare_pixels(pixels, path).assign(map=name, place=place)
            for name, path in maps.items()
            for place, pixels in places.items()
        ],
        ignore_index=True,
    )


def _several_act(pixels: pd.DataFrame, weights: Path | str) -> np.ndarray:
    """Return the pixels with more than one weighted model."""
    with rasters.opened(weights) as dataset:
        acting = sum(
            (confusion.values_at(dataset, pixels.row.values, pixels.column.values, band) > 0).astype(int)
            for band in dataset.indexes
        )
    return np.asarray(acting) > 1


def steps_of_runs(strips: pd.DataFrame, regions: Mapping[int, str]) -> pd.DataFrame:
    """Return the discontinuities of all runs with region names: ``run``, ``map``, ``region``, ``neighbour``, ..."""
    # Without adjacent regions, the table is empty.
    none = steps(strips.iloc[:0]).assign(run=0)
    found = pd.concat(
        [none, *(steps(table).assign(run=run) for run, table in strips.groupby("run"))], ignore_index=True
    )
    found.insert(1, "region", found.pop("number").map(regions))
    found["neighbour"] = found.neighbour.map(regions)
    return found[["run", "map", "region", "neighbour", "pixels", "step"]]


def scores_of_runs(comparison: pd.DataFrame, codes: Sequence[int]) -> pd.DataFrame:
    """Return the accuracy of the maps by pixels.

    Returns
    -------
    DataFrame
        ``run``, ``place``, ``map``, ``tested``, ``overall_accuracy``, ``kappa``; the interval of the overall accuracy
        by polygons; ``difference``, ``difference_low``, ``difference_high``: to the separate map, paired by polygon,
        unclassified pixels counted as wrong; NaN for the separate map itself.
    """
    rows = []
    for (run, place), tables in comparison.groupby(["run", "place"], sort=True):
        of_map = dict(iter(tables.groupby("map", sort=True)))
        for name, table in of_map.items():
            known = confusion.run_scores(table, codes, run, "pixels")
            whole = known[known.code == UNCLASSIFIED].set_index("score")
            one = clusters.Estimate()
            if SEPARATE in of_map and name != SEPARATE:
                one = confusion.difference_of_maps(table, of_map[SEPARATE])
            shown = [int(whole.value["tested"]), whole.value["overall_accuracy"], whole.value["kappa"]]
            interval = whole.loc["overall_accuracy", confusion.INTERVAL].tolist()
            rows.append((run, place, name, *shown, *interval, one.value, one.low, one.high))
    names = ["run", "place", "map", "tested", "overall_accuracy", "kappa", *confusion.INTERVAL]
    table = pd.DataFrame(rows, columns=[*names, "difference", "difference_low", "difference_high"])
    return table.astype({"polygons": "Int64"})
