"""Chart of the importance of sensors, dates and bands."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.figure import Figure

from landloom.report.charts import ACCENT, WIDTH_INCHES, drawn
from landloom.report.wording import shortened

COLORS = (ACCENT, "#c2702c", "#4f8a3c", "#8a4f9e", "#7a6a4f")
MOST_BARS = 40
"""Largest number of bars: the most important sensors, functions and rasters, bands and indices."""

_LONGEST_NAME = 28
_BAR_INCHES = 0.24


@dataclass(frozen=True)
class Scale:
    """What drops: its name, the unit that it is shown in, of which one of it has some, and with how many digits."""

    score: str
    per_one: float
    unit: str
    digits: int


OF_CLASSES, OF_VALUES = Scale("the overall accuracy", 100.0, " (points)", 2), Scale("R²", 1.0, "", 3)


def importance_chart(table: pd.DataFrame | None, scale: Scale = OF_CLASSES) -> str | None:
    """Return the chart of how much a score drops; None without data.

    Parameters
    ----------
    table : DataFrame or None
        As returned by :func:`landloom.accuracy.permutation_importance.gathered`; the rows of the whole map are shown.
    scale : Scale
    """
    if table is None or table.empty:
        return None
    rows = table[table.scope == "map"]
    rows = rows.assign(drop=scale.per_one * rows.importance, deviation=scale.per_one * rows.deviation_of_shuffles)
    sensors, bands, by_date = (rows[rows.by == by] for by in ("sensor", "band", "date"))
    sensors = sensors.nlargest(MOST_BARS, "importance").sort_index()
    bands = bands.sort_values("importance", ascending=False, kind="stable").head(MOST_BARS)
    names = list(dict.fromkeys(rows.sensor))
    heights = [0.55 + _BAR_INCHES * len(part) for part in (sensors, bands) if len(part)]
    heights += [1.9] if len(by_date) else []

    def draw(figure: Figure) -> None:
        panels = iter(figure.subplots(len(heights), 1, gridspec_kw={"height_ratios": heights}, squeeze=False)[:, 0])
        for part in (sensors, bands):
            if len(part):
                _bars(next(panels), part, names, scale)
        if len(by_date):
            _by_date(next(panels), by_date, names)

    return drawn(draw, WIDTH_INCHES, sum(heights) + 0.3)


def _color(sensor: str, names: Sequence[str]) -> str:
    return COLORS[names.index(sensor) % len(COLORS)]


def _bars(axes: Any, rows: pd.DataFrame, names: Sequence[str], scale: Scale) -> None:
    """Draw a bar for each sensor, or each band, with the standard deviation between shuffles."""
    by_band = rows.by.iloc[0] == "band"
    labels = [f"{row.sensor} {row.group}" if by_band else row.sensor for row in rows.itertuples()]
    colors = [_color(sensor, names) for sensor in rows.sensor]
    axes.barh(
        range(len(rows)),
        rows["drop"],
        xerr=rows.deviation,
        color=colors,
        height=0.65,
        ecolor="#5d6b78",
    )
    axes.set_yticks(range(len(rows)), labels=[shortened(label, _LONGEST_NAME) for label in labels], parse_math=False)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.axvline(0, color="#5d6b78", lw=0.6)
    shuffled = "band or index" if by_band else "sensor"
    axes.set_xlabel(f"drop of {scale.score}, the {shuffled} shuffled{scale.unit}")
    axes.grid(axis="x")
    axes.tick_params(length=0)


def _by_date(axes: Any, rows: pd.DataFrame, names: Sequence[str]) -> None:
    """Draw a line for each date, those of several sensors in their colours."""
    for sensor in dict.fromkeys(rows.sensor):
        own = rows[rows.sensor == sensor]
        days = [datetime.date.fromisoformat(day) for day in own.group]
        color = _color(sensor, names)
        axes.vlines(days, 0, own["drop"], color=color, lw=1.2)
        axes.plot(days, own["drop"], "o", ms=3.5, color=color, label=sensor)
    axes.axhline(0, color="#5d6b78", lw=0.6)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(axes.xaxis.get_major_locator()))
    axes.set_ylabel("date shuffled")
    axes.grid(axis="y")
    if rows.sensor.nunique() > 1:
        axes.legend(fontsize=8.5, ncols=4)
