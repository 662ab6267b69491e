"""Pixels around samples: those of their superpixels, which tell what models say there while they are trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.samples.random_keys import keys

_STREAM = 2 * 10**6
"""Takes the place of the run in the keys of these pixels; there are not as many runs."""

_WINDOW_PX = 2048


@dataclass(frozen=True, eq=False)
class Selection:
    """Samples of a tile and the pixels around them.

    Attributes
    ----------
    samples : DataFrame
        With ``superpixel``: the number that the tile has of it, 0 for none.
    around : DataFrame
        ``row``, ``column``, ``superpixel`` of the pixels of the samples' superpixels; samples are among them.
    """

    samples: pd.DataFrame
    around: pd.DataFrame

    @property
    def pixels(self) -> pd.DataFrame:
        """Return the places of all, the samples first; ``entry`` numbers them."""
        places = pd.concat([self.samples[["row", "column"]], self.around[["row", "column"]]], ignore_index=True)
        return places.assign(entry=np.arange(len(places)))

    def parted(self, table: pd.DataFrame, features: np.ndarray) -> tuple["Features", "Features"]:
        """Return samples and the pixels around them with what was read of them.

        Parameters
        ----------
        table : DataFrame
            Some of ``pixels``, with ``x`` and ``y``.
        features : ndarray of int16, shape (rows, features)
        """
        entry = table.entry.to_numpy()
        samples, around = np.flatnonzero(entry < len(self.samples)), np.flatnonzero(entry >= len(self.samples))
        places = table.iloc[samples][["x", "y"]].reset_index(drop=True)
        own = self.samples.iloc[entry[samples]].reset_index(drop=True)
        others = self.around.iloc[entry[around] - len(self.samples)].reset_index(drop=True)
        return Features(own.assign(x=places.x, y=places.y), features[samples]), Features(others, features[around])


@dataclass(frozen=True, eq=False)
class Features:
    """A table and the features of its rows, int16 of shape (rows, features)."""

    table: pd.DataFrame
    features: np.ndarray


def select(
    samples: pd.DataFrame, files: Sequence[Path | str], grid: Grid, tile: str, most: int, seed: int
) -> Selection:
    """Find the pixels of the samples' superpixels.

    Parameters
    ----------
    samples : DataFrame
        Of a tile, with ``row`` and ``column``.
    files : (path, path)
        Superpixels and regions of the tile: pixels without a region are not mapped, and count nowhere.
    grid : Grid
    tile : str
    most : int
        Pixels of a superpixel: those with the smallest random keys, where it has more.
    seed : int
    """
    rows, columns = samples.row.to_numpy(), samples.column.to_numpy()
    own = np.zeros(len(samples), np.int64)
    found = []
    with rasters.opened(files[0]) as superpixels, rasters.opened(files[1]) as regions:
        for window in grid.windows(_WINDOW_PX):
            ids = superpixels.read(1, window=window.ranges)
            inside = _inside(rows, columns, window)
            own[inside] = ids[rows[inside] - window.row, columns[inside] - window.column]
        wanted = np.unique(own[own > 0])
        for window in grid.windows(_WINDOW_PX):
            ids = superpixels.read(1, window=window.ranges)
            mapped = regions.read(1, window=window.ranges) > 0
            down, right = np.nonzero(mapped & np.isin(ids, wanted))
            found.append((down + window.row, right + window.column, ids[down, right]))
    around = pd.DataFrame(
        {
            name: np.concatenate([part[position] for part in found]).astype(dtype)
            for position, (name, dtype) in enumerate(
                (("row", np.int32), ("column", np.int32), ("superpixel", np.int64))
            )
        }
    )
    return Selection(samples.assign(superpixel=own), _capped(around, tile, most, seed))


def _inside(rows: np.ndarray, columns: np.ndarray, window: Window) -> np.ndarray:
    """Return which places lie in a window."""
    down, right = rows - window.row, columns - window.column
    found: np.ndarray = (down >= 0) & (down < window.rows) & (right >= 0) & (right < window.columns)
    return found


def _capped(around: pd.DataFrame, tile: str, most: int, seed: int) -> pd.DataFrame:
    """Return at most so many pixels of each superpixel: those with the smallest keys."""
    key = keys(tile, around.row.to_numpy(), around.column.to_numpy(), seed, _STREAM)
    order = np.lexsort((key, around.superpixel.to_numpy()))
    ids = around.superpixel.to_numpy()[order]
    first = np.flatnonzero(np.diff(ids, prepend=-1))
    rank = np.arange(len(ids)) - np.repeat(first, np.diff(first, append=len(ids)))
    kept: pd.DataFrame = around.iloc[np.sort(order[rank < most])].reset_index(drop=True)
    return kept
