"""Map of residuals at test pixels: where the map of a target is too high, and where too low."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from landloom.geo.grids import Grid
from landloom.reference.target_settings import TargetSettings
from landloom.report.areas import UNCLASSIFIED_COLOR
from landloom.report.charts import WIDTH_INCHES, drawn
from landloom.report.pictures import read_grid

CELLS = 60
"""Squares of ground on the longer side of the map, at most as many as pixels."""

SHOWN = 0.98
"""Fraction of the squares whose residuals are within the range of colours; what is beyond has the last colour."""


def mean_residuals(comparison: pd.DataFrame, grid: Grid) -> np.ndarray:
    """Return the mean residual, map minus truth, of the test pixels in each square of ground.

    Parameters
    ----------
    comparison : DataFrame
        ``value``, ``estimate`` (NaN where nothing is mapped), ``longitude`` and ``latitude`` of each test pixel.
    grid : Grid
        Of the map.

    Returns
    -------
    ndarray of float64, shape (rows, columns)
        North up; NaN without test pixels.
    """
    factor = max(1.0, max(grid.rows, grid.columns) / CELLS)
    rows, columns = (int(np.ceil(size / factor)) for size in (grid.rows, grid.columns))
    known = comparison[comparison.estimate.notna()]
    places = gpd.points_from_xy(known.longitude, known.latitude, crs="EPSG:4326").to_crs(grid.crs)
    row = np.floor((grid.top - places.y) / (grid.resolution_y * factor)).astype(np.int64).clip(0, rows - 1)
    column = np.floor((places.x - grid.left) / (grid.resolution * factor)).astype(np.int64).clip(0, columns - 1)
    cells = row * columns + column
    residuals = known.estimate.to_numpy(np.float64) - known.value.to_numpy(np.float64)
    counts, sums = (np.bincount(cells, weights, minlength=rows * columns) for weights in (None, residuals))
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(rows, columns)


def residual_map(comparison: pd.DataFrame, target: TargetSettings, value: Path | str) -> str:
    """Return the picture of :func:`mean_residuals` on the grid of the map ``value``, with its colours."""
    found = mean_residuals(comparison, read_grid(value))
    sizes = np.abs(found[np.isfinite(found)])
    greatest = float(np.quantile(sizes, SHOWN)) if sizes.size else 0.0

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_facecolor(UNCLASSIFIED_COLOR)
        limit = greatest or 1.0
        image = axes.imshow(found, cmap="RdBu", vmin=-limit, vmax=limit, interpolation="nearest")
        axes.set_xticks([])
        axes.set_yticks([])
        bar = figure.colorbar(image, ax=axes, shrink=0.8)
        unit = f" ({target.unit})" if target.unit else ""
        bar.set_label(f"map minus true value{unit}", parse_math=False)

    rows, columns = found.shape
    return drawn(draw, WIDTH_INCHES * 0.6, WIDTH_INCHES * 0.5 * min(max(rows / columns, 0.4), 1.6))
