"""Accuracy of a regularised map beside that of the map itself, at the same reference pixels of the tiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy import confusion
from landloom.core import parquet
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import grids, rasters
from landloom.geo.grids import Grid

MAP, REGULARISED = "map", "regularised"
"""Names of both maps."""

DIFFERENCE = f"difference_to_{MAP}"
COLUMNS = ["polygon", "number", "code"]


@dataclass(frozen=True)
class TileReference:
    """Reference pixels of a tile, and its grid."""

    candidates: Path | str
    grid: Grid


def compare(
    tiles: Sequence[TileReference], maps: Mapping[str, Path | str], tested: str | None
) -> dict[str, pd.DataFrame]:
    """Compare maps with reference pixels of all tiles: each with the pixel of the map that its centre lies in.

    Parameters
    ----------
    maps : dict of name: path
    tested : str or None
        Column of the candidates that says which of them test, as ``test0``; None for all.

    Returns
    -------
    dict of name: DataFrame
        As returned by :func:`landloom.accuracy.confusion.compare`.
    """
    pixels = pd.concat([_pixels(tile, tested) for tile in tiles], ignore_index=True)
    found = {}
    for name, path in maps.items():
        predicted = _values(path, pixels)
        table = pixels[COLUMNS].rename(columns={"code": "reference"}).assign(predicted=predicted)
        keys = ["polygon", "number", "reference", "predicted"]
        found[name] = table.groupby(keys, sort=True).size().rename("pixels").reset_index()
    return found


def _pixels(tile: TileReference, tested: str | None) -> pd.DataFrame:
    """Return the reference pixels of a tile that test, with the CRS and the coordinates of their centres."""
    wanted = ["row", "column", *COLUMNS, *([tested] if tested else [])]
    table = parquet.read_columns(tile.candidates, wanted).to_pandas()
    table = table[table[tested]] if tested else table
    x = tile.grid.left + (table.column + 0.5) * tile.grid.resolution
    y = tile.grid.top - (table.row + 0.5) * tile.grid.resolution_y
    return table.assign(x=x, y=y, crs=tile.grid.crs)


def _values(path: Path | str, pixels: pd.DataFrame) -> np.ndarray:
    """Return the codes of a map at pixels, 0 outside of it."""
    values = np.zeros(len(pixels), np.int64)
    with rasters.opened_map(path) as dataset:
        grid = grids.of_dataset(dataset)
        for crs, part in pixels.groupby("crs"):
            x, y = grids.transformer(str(crs), grid.crs).transform(part.x.to_numpy(), part.y.to_numpy())
            rows = np.floor((grid.top - y) / grid.resolution_y).astype(np.int64)
            columns = np.floor((x - grid.left) / grid.resolution).astype(np.int64)
            inside = (rows >= 0) & (rows < grid.rows) & (columns >= 0) & (columns < grid.columns)
            values[part.index[inside]] = confusion.values_at(dataset, rows[inside], columns[inside])
    return values


def scores(compared: Mapping[str, pd.DataFrame], codes: Sequence[int]) -> pd.DataFrame:
    """Return the scores of both maps, and the difference of the regularised one to the map itself.

    Parameters
    ----------
    compared : dict of name: DataFrame
        As returned by :func:`compare`.

    Returns
    -------
    DataFrame
        ``map``, ``level``, ``unit`` (pixels), ``code`` (0: the whole map), ``score``, ``value``, and the interval by
        polygons (see :func:`landloom.accuracy.confusion.run_scores`). The difference is paired by polygon, in the
        overall accuracy that counts unclassified pixels as wrong.
    """
    rows = [
        confusion.run_scores(table, codes, 0, "pixels").drop(columns="run").assign(map=name)
        for name, table in compared.items()
    ]
    found = {(UNCLASSIFIED, DIFFERENCE): confusion.difference_of_maps(compared[REGULARISED], compared[MAP])}
    rows.append(confusion.score_rows(found).assign(level=confusion.CLASS, unit="pixels", map=REGULARISED))
    columns = ["map", "level", "unit", "code", "score", "value", *confusion.INTERVAL]
    return pd.concat(rows, ignore_index=True)[columns]
