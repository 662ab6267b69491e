"""Comparison of maps of a target with the reference pixels that test them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from rasterio.warp import transform

from landloom.accuracy.confusion import values_at
from landloom.core import parquet
from landloom.geo import rasters

KEPT = ["polygon", "number", "code", "value"]
"""Columns of candidates that a comparison keeps."""

Maps = Mapping[str, tuple[Sequence[Path | str], Sequence[Path | str]]]
"""By the column of candidates that tells which pixels test, the values and the half widths of each tile."""


def compare_tiles(candidates: Sequence[Path | str], maps: Maps, threads: int) -> dict[str, pd.DataFrame]:
    """Compare the maps of all tiles and runs with their test pixels.

    Parameters
    ----------
    candidates : sequence of path
        Reference pixels of each tile, as :func:`landloom.reference.reference_pixels.find_candidates` finds them.
    maps : dict of str: (sequence of path, sequence of path)
        As :data:`Maps`, as ``test0`` for the map of the first run, ``held`` for a fused one; tiles in the same order.
    threads : int
        Tiles that are read at a time; the result does not depend on it.

    Returns
    -------
    dict of str: DataFrame
        ``polygon``, ``number``, ``code``, ``value``, ``estimate``, ``half_width``, ``longitude``, ``latitude`` (of
        WGS 84), ``weight`` (1): a row for each test pixel, NaN where nothing is mapped; tile after tile.
    """

    def of_tile(position: int) -> list[pd.DataFrame]:
        columns = ["row", "column", *KEPT, *maps]
        pixels = parquet.read_columns(candidates[position], columns).to_pandas()
        return [compare(pixels[pixels[name]], *(of_map[position] for of_map in both)) for name, both in maps.items()]

    with ThreadPoolExecutor(threads) as pool:
        tiles = list(pool.map(of_tile, range(len(candidates))))
    joined = (pd.concat(tables, ignore_index=True) for tables in zip(*tiles, strict=True))
    return dict(zip(maps, joined, strict=True))


def compare(pixels: pd.DataFrame, values: Path | str, half_widths: Path | str) -> pd.DataFrame:
    """Compare a tile's map with some reference pixels: see :func:`compare_tiles`."""
    found = {}
    for name, path in (("estimate", values), ("half_width", half_widths)):
        with rasters.opened(path) as dataset:
            found[name] = values_at(dataset, pixels.row.to_numpy(), pixels.column.to_numpy())
            found |= places_of(dataset, pixels.row.to_numpy(), pixels.column.to_numpy())
    return pixels[KEPT].assign(**found, weight=np.float32(1)).reset_index(drop=True)


def places_of(dataset: rasterio.DatasetReader, rows: np.ndarray, columns: np.ndarray) -> dict[str, np.ndarray]:
    """Return ``longitude`` and ``latitude`` of the centres of pixels in degrees of WGS 84, float64."""
    affine = dataset.transform
    x = affine.c + affine.a * (columns + 0.5) + affine.b * (rows + 0.5)
    y = affine.f + affine.d * (columns + 0.5) + affine.e * (rows + 0.5)
    longitude, latitude = transform(dataset.crs, "EPSG:4326", x, y) if len(rows) else ([], [])
    return {"longitude": np.array(longitude, np.float64), "latitude": np.array(latitude, np.float64)}
