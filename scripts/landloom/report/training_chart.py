"""Chart of the training of networks: what the epochs of each model have come to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from landloom.core.tables import read_frame
from landloom.report.charts import MUTED, WIDTH_INCHES, drawn
from landloom.report.importance_chart import COLORS
from landloom.report.wording import shortened

HEIGHT_INCHES = 2.9
MOST_MODELS = len(COLORS)
"""Models that are drawn; the tables have all."""

SHOWN = (("f1", "oa"), ("rmse", "mae"))
"""Scores of classes, and of a target: columns of the tables."""

NAMES = {"f1": "macro F1", "oa": "overall accuracy", "rmse": "RMSE", "mae": "mean absolute error"}

_LONGEST_NAME = 28


def training_chart(paths: Sequence[Path | str]) -> str | None:
    """Return the losses, and scores on the validation polygons; None without tables.

    Of classes these are macro F1 and overall accuracy, of a target root mean square error and mean absolute error.

    Parameters
    ----------
    paths : sequence of path
        As ``models/{region}_run{run}_epochs.csv``, of the displayed run: a line for each network and epoch.
    """
    if not paths:
        return None
    tables = {Path(path).stem.removesuffix("_epochs"): read_frame(path) for path in paths[:MOST_MODELS]}
    solid, dashed = next(pair for pair in SHOWN if set(pair) <= set(next(iter(tables.values()))))

    def draw(figure: Figure) -> None:
        losses, scores = figure.subplots(1, 2)
        for color, (name, table) in zip(COLORS, tables.items(), strict=False):
            mean = table.groupby("number").mean()
            losses.plot(mean.index, mean.training_loss, color=color, lw=0.8, ls=":")
            losses.plot(mean.index, mean.validation_loss, color=color, lw=1.3, label=shortened(name, _LONGEST_NAME))
            scores.plot(mean.index, mean[solid], color=color, lw=1.3)
            scores.plot(mean.index, mean[dashed], color=color, lw=0.8, ls="--")
        _finish(losses, "loss (dotted: on the training samples)")
        _finish(scores, f"{NAMES[solid]} (dashed: {NAMES[dashed]})")
        losses.legend(fontsize=8.5)

    return drawn(draw, WIDTH_INCHES, HEIGHT_INCHES)


def _finish(axes: Any, label: str) -> None:
    axes.set_xlabel("epoch", color=MUTED)
    axes.set_ylabel(label)
    axes.grid(axis="y")
