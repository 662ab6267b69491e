"""Histogram of the map's confidence at the test pixels that it has right, and at those that it has wrong."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from landloom.report.charts import ACCENT, MUTED, WIDTH_INCHES, drawn
from landloom.report.wording import count

STEP = 5
"""Percent of confidence in a bar."""

HEIGHT_INCHES = 2.6
WRONG = "#b3402a"


def confidence_chart(table: pd.DataFrame) -> str | None:
    """Return the chart of the displayed run; None where nothing tests.

    Parameters
    ----------
    table : DataFrame
        ``confidence``, ``right``, ``wrong``: see :func:`landloom.accuracy.confidence_counts.of_tiles`.
    """
    right, wrong = table.right.to_numpy(np.int64), table.wrong.to_numpy(np.int64)
    if not right.sum() + wrong.sum():
        return None

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        _bars(axes, right, label=f"right ({count(right.sum())})", color=ACCENT, alpha=0.35)
        _bars(axes, wrong, label=f"wrong ({count(wrong.sum())})", fill=False, edgecolor=WRONG, lw=1.3)
        axes.set_xlim(0, 100)
        axes.set_xlabel("confidence (%)", color=MUTED)
        axes.set_ylabel("of right and of wrong\ntest pixels (%)")
        axes.grid(axis="y")
        axes.tick_params(length=0)
        figure.legend(loc="outside upper right", ncols=2, fontsize=8.5)

    return drawn(draw, WIDTH_INCHES, HEIGHT_INCHES)


def in_steps(counts: np.ndarray) -> np.ndarray:
    """Return counts by percent, 0 to 100, as percent of them all in steps: 0 to 5, 6 to 10, ..., 96 to 100."""
    steps = np.add.reduceat(counts[1:], np.arange(0, 100, STEP)).astype(np.float64)
    steps[0] += counts[0]
    return 100 * steps / max(steps.sum(), 1)


def _bars(axes: Any, counts: np.ndarray, **style: Any) -> None:
    axes.bar(np.arange(0, 100, STEP), in_steps(counts), STEP, align="edge", **style)
