"""Charts of the page, drawn with matplotlib's Agg backend: scores, confusion, confidences, acquisitions."""

import datetime
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib import colormaps, dates
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from landloom.core.nomenclature import Nomenclature
from landloom.report import scores
from landloom.report.pictures import data_uri
from landloom.report.scores import Estimate, MapScores
from landloom.report.sources import Tile
from landloom.report.wording import DASH, count, shortened
from landloom.survey.acquisition_table import AcquisitionRecord

DPI = 144
_COLORS = 128
_CLEAR_STEPS = 5
_REM_PER_INCH = 6.5
WIDTH_INCHES = 9.2
INK, MUTED, RULE, ACCENT, WRONG = "#1d2730", "#5d6b78", "#d9dfe4", "#1f5f8b", "#b3402a"
CONFIDENCE_STEP = 5
"""Percent in a bar of the histogram of confidences."""

_STYLE: dict[str, Any] = {
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": RULE,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
}
_MARKERS = "osD^v"
_LONGEST_NAME = 26
_TALLEST_CALENDAR = 30.0


def drawn(draw: Callable[[Figure], None], width: float, height: float) -> str:
    """Return a chart as data URI, independent of the user's matplotlib settings."""
    with matplotlib.style.context(["default", _STYLE]):
        figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return data_uri(_reduced(buffer.getvalue()))


def _reduced(png: bytes) -> bytes:
    """Return a chart as palette image, which is much smaller and looks the same."""
    buffer = io.BytesIO()
    image = (
        Image.open(io.BytesIO(png))
        .convert("RGB")
        .quantize(_COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    )
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def f1_chart(by_pixels: MapScores, by_polygons: MapScores) -> str:
    """Return the chart of F1 per class in the displayed run, with intervals, by pixels and by polygons."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        names = [shortened(row.name, _LONGEST_NAME) for row in by_pixels.classes]
        for offset, unit, filled in ((-0.16, by_pixels, ACCENT), (0.16, by_polygons, "white")):
            for place, row in enumerate(unit.classes):
                _dot(axes, place + offset, row.f1, filled)
        for place, row in enumerate(by_pixels.classes):
            if not row.f1.known:
                axes.text(0.5, place, "not tested", color=MUTED, style="italic", va="center")
        axes.set_yticks(range(len(names)), labels=names, parse_math=False)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(0, 100)
        axes.set_xlabel("F1 score (%)")
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.spines["left"].set_visible(False)
        figure.legend(handles=_unit_handles(), loc="outside upper right", ncols=2, fontsize=8.5)

    return drawn(draw, WIDTH_INCHES, 1.3 + 0.34 * len(by_pixels.classes))


def _dot(axes: Any, place: float, score: Estimate, fill: str) -> None:
    """Draw a score with its interval."""
    if score.has_interval:
        axes.plot([100 * score.low, 100 * score.high], [place, place], color=ACCENT, lw=1.3, alpha=0.55, zorder=2)
    if score.known:
        axes.plot(100 * score.value, place, "o", ms=6, mfc=fill, mec=ACCENT, mew=1.3, zorder=3, clip_on=False)


def _unit_handles() -> list[Line2D]:
    options: dict[str, Any] = {"marker": "o", "ms": 6, "mec": ACCENT, "mew": 1.3, "color": ACCENT, "lw": 1.3}
    return [
        Line2D([], [], mfc=ACCENT, label="test pixels", **options),
        Line2D([], [], mfc="white", label="test polygons", **options),
    ]


def confidence_chart(table: pd.DataFrame) -> str | None:
    """Return the histogram of the map's confidence at right and at wrong test pixels; None where nothing tests.

    Parameters
    ----------
    table : DataFrame
        Of the displayed run, as of :func:`landloom.accuracy.confidence_counts.of_tiles`: ``confidence``, ``right``,
        ``wrong``.
    """
    right, wrong = table.right.to_numpy(np.int64), table.wrong.to_numpy(np.int64)
    if not right.sum() + wrong.sum():
        return None

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        styles: list[dict[str, Any]] = [
            {"color": ACCENT, "alpha": 0.35},
            {"fill": False, "edgecolor": WRONG, "lw": 1.3},
        ]
        for counts, name, style in zip((right, wrong), ("right", "wrong"), styles, strict=True):
            bars = np.arange(0, 100, CONFIDENCE_STEP), in_steps(counts), CONFIDENCE_STEP
            axes.bar(*bars, align="edge", label=f"{name} ({count(counts.sum())})", **style)
        axes.set_xlim(0, 100)
        axes.set_xlabel("confidence (%)")
        axes.set_ylabel("of right and of wrong\ntest pixels (%)")
        axes.grid(axis="y")
        axes.tick_params(length=0)
        figure.legend(loc="outside upper right", ncols=2, fontsize=8.5)

    return drawn(draw, WIDTH_INCHES, 2.6)


def in_steps(counts: np.ndarray) -> np.ndarray:
    """Return counts by percent, 0 to 100, as percent of them all in steps: 0 to 5, 6 to 10, ..., 96 to 100."""
    steps: np.ndarray = np.add.reduceat(counts[1:], np.arange(0, 100, CONFIDENCE_STEP)).astype(np.float64)
    steps[0] += counts[0]
    steps *= 100 / max(steps.sum(), 1)
    return steps


def confusion_chart(matrix: pd.DataFrame, classes: Nomenclature) -> str:
    """Return the chart of a confusion matrix: fractions of each reference class; recall and precision as margins."""
    names = [shortened(classes.names_by_code()[code], _LONGEST_NAME) for code in matrix.index]
    number = len(names)
    letters = 8.5 + min(2.5, max(0.0, 0.2 * (number - 10)))

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        _colored_cells(axes, scores.row_fractions(matrix), letters)
        _margin(axes, scores.recalls(matrix), [(number + 0.3, row) for row in range(number)], letters)
        _margin(axes, scores.precisions(matrix), [(column, number + 0.3) for column in range(number)], letters)
        axes.set_xlim(-0.5, number + 0.8)
        axes.set_ylim(number + 0.8, -0.5)
        axes.set_aspect("equal")
        axes.set_xticks([*range(number), number + 0.3], labels=[*names, "recall"], rotation=90, parse_math=False)
        axes.set_yticks([*range(number), number + 0.3], labels=[*names, "precision"], parse_math=False)
        for ticks in (axes.get_xticklabels(), axes.get_yticklabels()):
            ticks[-1].set_color(MUTED)
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.set_xlabel("Map")
        axes.set_ylabel("Reference")
        axes.tick_params(length=0, pad=4, labelsize=letters + 0.5)
        for spine in axes.spines.values():
            spine.set_visible(False)

    width = _confusion_inches(number)
    return drawn(draw, width, width - 0.2)


def confusion_width_rem(number: int) -> float:
    """Return the maximum width of the chart of a confusion matrix on the page, in rem."""
    return round(_confusion_inches(number) * _REM_PER_INCH, 1)


def _confusion_inches(number: int) -> float:
    """Return the width of the chart of a matrix by its number of classes: cells of one size, and room for names."""
    return max(3.2, 0.42 * (number + 1)) + 2.4


def _colored_cells(axes: Any, fractions: np.ndarray, letters: float) -> None:
    """Draw the matrix: correct pixels on the diagonal in blue, confusions in orange, percentages written in."""
    number = len(fractions)
    known = np.nan_to_num(fractions)
    pixels = np.where(
        np.eye(number, dtype=bool)[..., None],
        colormaps["Blues"](0.1 + 0.75 * known),
        colormaps["Oranges"](np.where(known > 0, 0.06 + 0.9 * np.sqrt(known), 0.0)),
    )
    pixels[np.isnan(fractions)] = (0.94, 0.94, 0.94, 1.0)
    pixels[(known == 0) & ~np.isnan(fractions) & ~np.eye(number, dtype=bool)] = (0.98, 0.98, 0.98, 1.0)
    axes.imshow(pixels, interpolation="nearest")
    for edge in range(number + 1):
        axes.plot([edge - 0.5, edge - 0.5], [-0.5, number - 0.5], color="white", lw=1.2)
        axes.plot([-0.5, number - 0.5], [edge - 0.5, edge - 0.5], color="white", lw=1.2)
    for row, column in np.argwhere(known > 0):
        fraction = known[row, column]
        text = f"{100 * fraction:.0f}" if fraction >= 0.005 else "·"
        strong = fraction > (0.6 if row == column else 0.45)
        axes.text(column, row, text, ha="center", va="center", fontsize=letters, color="white" if strong else INK)


def _margin(axes: Any, values: np.ndarray, places: Sequence[tuple[float, float]], letters: float) -> None:
    """Write the scores beside or below the matrix."""
    for value, (x, y) in zip(values, places, strict=True):
        text = DASH if np.isnan(value) else f"{100 * value:.0f}"
        axes.text(x, y, text, ha="center", va="center", fontsize=letters, color=MUTED, weight="bold")


def calendar_chart(
    tiles: Sequence[Tile],
    output_dates: Mapping[str, Sequence[datetime.date]],
    period: tuple[datetime.date, datetime.date],
) -> str:
    """Return the chart of acquisitions: tiles by dates, larger and darker if more valid; skipped ones hollow."""
    pitch = min(0.3, (_TALLEST_CALENDAR - 1.8) / len(tiles))
    sensors = list(output_dates)
    largest = min(75.0, (72 * pitch) ** 2 * 0.2) / len(sensors)

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        for rank, sensor in enumerate(sensors):
            offset = (rank - (len(sensors) - 1) / 2) * 0.6 / len(sensors)
            _records_of(axes, tiles, sensor, offset, _MARKERS[rank % len(_MARKERS)], largest)
            _output_ticks(axes, output_dates[sensor], -1 - 0.8 * rank / len(sensors), 1 / len(sensors))
        axes.set_yticks([-1.2, *range(len(tiles))], labels=["output dates", *(tile.name for tile in tiles)])
        axes.tick_params(axis="y", labelsize=min(9.0, 72 * pitch * 0.8), length=0)
        axes.set_ylim(len(tiles) - 0.4, -2.0)
        _month_axis(axes, period)
        figure.legend(handles=_calendar_handles(sensors, tiles), loc="outside upper right", ncols=8, fontsize=8.5)

    return drawn(draw, WIDTH_INCHES, 1.6 + pitch * (len(tiles) + 2))


def _records_of(axes: Any, tiles: Sequence[Tile], sensor: str, offset: float, marker: str, largest: float) -> None:
    """Draw all acquisitions of a sensor."""
    for place, tile in enumerate(tiles):
        used = [record for record in tile.used if record.sensor == sensor]
        skipped = [record for record in tile.skipped if record.sensor == sensor]
        clear = np.round(_CLEAR_STEPS * np.array([record.valid_fraction for record in used])) / _CLEAR_STEPS
        _scatter(axes, used, place + offset, marker, largest * (0.15 + 0.85 * clear), _clear_colors(clear))
        _scatter(axes, skipped, place + offset, marker, np.full(len(skipped), largest * 0.5), "none")


def _scatter(
    axes: Any, records: Sequence[AcquisitionRecord], place: float, marker: str, sizes: np.ndarray, fill: Any
) -> None:
    edge = WRONG if isinstance(fill, str) else "#6a8299"
    days = [record.date for record in records]
    axes.scatter(days, np.full(len(days), place), sizes, c=fill, marker=marker, edgecolors=edge, linewidths=0.6)


def _clear_colors(fractions: np.ndarray) -> np.ndarray:
    return colormaps["Blues"](0.05 + 0.9 * fractions)


def _output_ticks(axes: Any, days: Sequence[datetime.date], place: float, height: float) -> None:
    """Draw the output dates of the interpolation."""
    axes.vlines(days, place - 0.5 * height, place, color=ACCENT, lw=0.9)


def _month_axis(axes: Any, period: tuple[datetime.date, datetime.date]) -> None:
    """Label the time axis with months at their middle."""
    margin = datetime.timedelta(days=4)
    axes.set_xlim(period[0] - margin, period[1] + margin)
    axes.xaxis.set_major_locator(dates.MonthLocator())
    axes.xaxis.set_major_formatter(lambda _value, _position: "")
    axes.xaxis.set_minor_locator(dates.MonthLocator(bymonthday=16))
    axes.xaxis.set_minor_formatter(dates.DateFormatter("%b"))
    axes.tick_params(axis="x", which="both", length=0)
    axes.grid(axis="x", which="major")
    axes.spines["left"].set_visible(False)


def _calendar_handles(sensors: Sequence[str], tiles: Sequence[Tile]) -> list[Line2D]:
    """Return the legend: valid fractions, skipped acquisitions if any, markers if there are several sensors."""
    handles = [
        _handle(
            f"{100 * fraction:.0f} % valid", "o", 3 + 5 * fraction, _clear_colors(np.array([fraction]))[0], "#6a8299"
        )
        for fraction in (0.0, 0.5, 1.0)
    ]
    if any(tile.skipped for tile in tiles):
        handles.append(_handle("skipped", "o", 6, "none", WRONG))
    if len(sensors) > 1:
        handles += [
            _handle(sensor, _MARKERS[rank % len(_MARKERS)], 6, MUTED, MUTED) for rank, sensor in enumerate(sensors)
        ]
    return handles


def _handle(label: str, marker: str, size: float, fill: Any, edge: str) -> Line2D:
    return Line2D([], [], ls="", marker=marker, ms=size, mfc=fill, mec=edge, mew=0.6, label=label)
