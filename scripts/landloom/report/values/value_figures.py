"""Figures of a map of a target: pictures in steps of equal width, and charts of the map against true values."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from rasterio.enums import Resampling

from landloom.reference.target_settings import TargetSettings
from landloom.reference.target_values import color_of
from landloom.report.areas import UNCLASSIFIED_COLOR
from landloom.report.charts import ACCENT, INK, MUTED, WIDTH_INCHES, drawn
from landloom.report.pictures import MAP_SIDE, THUMBNAIL_SIDE, Picture, Swatch, embedded, read_sample, read_view
from landloom.report.wording import DASH

STEPS = 10
"""Colours of a picture."""

CELLS = 40
"""Hexagons across a chart."""


def value_picture(path: Path | str, target: TargetSettings, territory: gpd.GeoSeries) -> Picture:
    """Return the picture of the values, over the target's range."""
    return _in_steps(path, target.range, MAP_SIDE, territory)


def half_width_picture(path: Path | str, target: TargetSettings, territory: gpd.GeoSeries) -> Picture:
    """Return the picture of half the widths of the intervals, from 0 to their greatest, at most half the range."""
    view = read_view(path, THUMBNAIL_SIDE, Resampling.average, territory)
    greatest = float(np.nanmax(view.values)) if np.isfinite(view.values).any() else target.span / 2
    return _in_steps(path, (0.0, min(max(greatest, 1e-9), target.span / 2)), THUMBNAIL_SIDE, territory)


def _in_steps(path: Path | str, limits: Sequence[float], side: int, territory: gpd.GeoSeries) -> Picture:
    """Return the picture of a raster, NaN where it has no value; what is beyond a limit is shown as the limit."""
    view = read_view(path, side, Resampling.average, territory)
    colors = [color_of(step / (STEPS - 1)) for step in range(STEPS)]
    known = np.isfinite(view.values)
    indices = np.where(view.inside, 1, 0).astype(np.uint16)
    least, greatest = limits
    shares = (view.values[known].astype(np.float64) - least) / (greatest - least)
    indices[known] = 2 + np.clip(np.floor(shares * STEPS), 0, STEPS - 1).astype(np.uint16)
    edges = np.linspace(least, greatest, STEPS + 1)
    labels = [f"{low:.3g}{DASH}{high:.3g}" for low, high in pairwise(edges)]
    legend = tuple(Swatch(*pair) for pair in zip(colors, labels, strict=True))
    sample = read_sample(path, territory).values
    return Picture(embedded(indices, [UNCLASSIFIED_COLOR, *colors]), legend, _quantiles(sample[np.isfinite(sample)]))


def _quantiles(values: np.ndarray) -> tuple[float, float, float]:
    """Return the 5th, 50th and 95th percentile."""
    if not values.size:
        return 0.0, 0.0, 0.0
    low, middle, high = np.percentile(values, (5, 50, 95))
    return float(low), float(middle), float(high)


def scatter_chart(comparison: pd.DataFrame, target: TargetSettings) -> str:
    """Return the chart of test pixels: estimated against true values, and residuals against estimates.

    Parameters
    ----------
    comparison : DataFrame
        ``value``, ``estimate`` of each test pixel; NaN where nothing is mapped.
    """
    known = comparison[comparison.estimate.notna()]
    truth, estimate = known.value.to_numpy(np.float64), known.estimate.to_numpy(np.float64)
    unit = f" ({target.unit})" if target.unit else ""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        _hexagons(left, truth, estimate)
        left.axline((0, 0), slope=1, color=INK, lw=0.9)
        left.set_xlabel(f"true value{unit}", parse_math=False)
        left.set_ylabel(f"map{unit}", parse_math=False)
        left.set_xlim(*target.range)
        left.set_ylim(*target.range)
        left.set_aspect("equal")
        _hexagons(right, estimate, estimate - truth)
        right.axhline(0, color=INK, lw=0.9)
        right.set_xlabel(f"map{unit}", parse_math=False)
        right.set_ylabel(f"residual: map minus true value{unit}", parse_math=False)
        right.set_xlim(*target.range)

    return drawn(draw, WIDTH_INCHES, WIDTH_INCHES / 2)


def _hexagons(axes: Any, x: np.ndarray, y: np.ndarray) -> None:
    """Draw how many test pixels lie where, darker on a logarithmic scale."""
    axes.tick_params(length=0, labelcolor=MUTED)
    if len(x):
        axes.hexbin(x, y, gridsize=CELLS, bins="log", mincnt=1, cmap="Blues", linewidths=0.1, edgecolors=ACCENT)
