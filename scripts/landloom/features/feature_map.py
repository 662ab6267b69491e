"""Feature map of a tile: the input of the classifier as a raster."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landloom.core.progress import Progress
from landloom.core.stored_values import NODATA
from landloom.features import vectors as features
from landloom.features.vectors import Layout
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.geo.window_shapes import STRIP_ROWS
from landloom.reading.series_reader import TileReader

BLOCK_ROWS = STRIP_ROWS
"""Rows of the file's blocks: few, to allow windows of whole rows, which decode the strips of most files once."""


def bytes_per_pixel(layout: Layout) -> int:
    """Return the memory of a window's pixel in addition to the series: its features, twice while they are written."""
    return layout.bytes_per_pixel + 4 * len(layout.names)


def write(
    windows: Sequence[Window], reader: TileReader, layout: Layout, grid: Grid, path: Path, tags: rasters.Tags
) -> None:
    """Write all features of a tile as bands of a GeoTIFF: int16, -10000 where unknown.

    Band descriptions are the names of the features; the scale of a band is the factor of its stored numbers.

    Parameters
    ----------
    windows : list of Window
        Windows of whole blocks of the output.
    """
    names = layout.names
    progress = Progress("features", grid.rows * grid.columns)
    with rasters.create(
        path, grid, "int16", tags, bands=len(names), nodata=NODATA, interleave="band", block_rows=BLOCK_ROWS
    ) as target:
        for band, name in enumerate(names, 1):
            target.set_band_description(band, name)
        target.scales = [1 / scale for scale in layout.scales]
        for vectors in features.stream(reader, layout, grid, windows):
            window = vectors.window
            canvas = np.empty((len(names), window.pixels), np.int16)
            for part in features.chunks(window.pixels):
                canvas[:, part] = vectors.stack(np.arange(part.start, part.stop))[0].T
            target.write(canvas.reshape(-1, window.rows, window.columns), window=window.ranges)
            progress.advance(window.pixels)
