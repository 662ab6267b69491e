"""Steps of maps along the borders of the files that an annual image is joined from.

Pixels that face each other across the border of a file are compared: do more of them differ in class than at lines
beside the border, which go the same way? Edges of fields and forests lie anywhere, and few of them along the border
of a file; an artefact of the files lies there alone. The step is what exceeds the mean of the lines on either side by
more than they vary, and no larger than what exceeds it in half of the border's sections, so that neither the noise of
a short border nor one long edge that lies on the border by chance makes one.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from landloom.annual import borders
from landloom.annual.files import AnnualFile
from landloom.annual.places import Places
from landloom.core import tables
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.sensors.acquisition import Acquisition

BESIDE_PX = tuple(side * step for side in (-1, 1) for step in range(6, 63, 4))
"""How far from a border the lines lie that it is compared with."""

LEFT_OUT_PX = 1
"""Pixels on each side of a border that are not compared: their values are of both files."""

SPREADS = 3.0
"""How many standard deviations of the lines beside a border count as chance."""

FEWEST_LINES = 12
FEWEST_OF_SECTION = 8
"""Pairs across the border in a window, from which it counts as a section."""

MOST_WINDOWS = 400
"""Windows of a tile that are looked at, spread over its borders: 260 km of them."""

_REACH_PX = max(BESIDE_PX) + LEFT_OUT_PX + 1


@dataclass(frozen=True)
class FileBorder:
    """A map along the border of a file.

    Attributes
    ----------
    run, tile, sensor, file : str
    compared : int
        Pairs of pixels that face each other across the border, and have a class.
    differing : float
        Fraction of these that differ.
    beside, spread : float
        Mean of the same fraction at lines on the side of the border with more differences, and its standard deviation
        among these.
    typical : float
        By how much more of them differ than beside the border in the median of its sections.
    """

    run: str
    tile: str
    sensor: str
    file: str
    compared: int
    differing: float
    beside: float
    spread: float
    typical: float

    @property
    def step(self) -> float:
        """Return by which fraction more pixels differ across the border than beside it, 0 to 1."""
        return max(0.0, min(self.differing - self.beside - SPREADS * self.spread, self.typical))

    def __str__(self) -> str:
        return (
            f"{self.file}: {100 * self.differing:.1f} % of {self.compared} pixels differ across its border, "
            f"{100 * self.beside:.1f} % beside it"
        )


def compare(acquisition: Acquisition, values: str, grid: Grid, maps: Mapping[str, Path | str]) -> list[FileBorder]:
    """Compare the maps of a tile across the borders of the files of an annual image.

    Parameters
    ----------
    acquisition : Acquisition
        The image.
    values : str
        Key ``values`` of its section.
    grid : Grid
        Of the tile.
    maps : dict of run: path
        Rasters of class codes on that grid.

    Returns
    -------
    list of FileBorder
        Of each run and file that begins or ends in the tile, where enough of the map is compared.
    """
    with ExitStack() as files:
        places = []
        for source in acquisition.mosaic:
            file = AnnualFile(source, values)
            files.callback(file.close)
            places.append(Places(grid, file.grid))
        windows = borders.across(borders.at_probes(places, grid), grid, MOST_WINDOWS)
        opened = {run: files.enter_context(rasters.opened(path)) for run, path in maps.items()}
        counts = _counts(places, windows, grid, opened)
    names = [source.values.name for source in acquisition.mosaic]
    return [
        FileBorder(run, acquisition.tile, acquisition.sensor, names[number], *found)
        for (run, number), sections in sorted(counts.items())
        if (found := judged(np.array(sections)))
    ]


def _counts(
    places: Sequence[Places], windows: Sequence[Window], grid: Grid, maps: Mapping[str, Any]
) -> dict[tuple[str, int], list[np.ndarray]]:
    """Return, by run and number of the file, the counts of each window that its border lies in (:func:`sections`)."""
    counts: dict[tuple[str, int], list[np.ndarray]] = {}
    for window in windows:
        around = _around(window, grid)
        near = [number for number, one in enumerate(places) if one.part(around)]
        shown = borders.inside([places[number] for number in near], around)
        core = _core(window, around)
        for run, dataset in maps.items():
            labels = dataset.read(1, window=around.ranges)
            for position, found in sections(labels, shown, core):
                counts.setdefault((run, near[position]), []).append(found)
    return counts


def _around(window: Window, grid: Grid) -> Window:
    """Return a window with the lines beside its borders, as far as the tile goes."""
    top, left = max(window.row - _REACH_PX, 0), max(window.column - _REACH_PX, 0)
    bottom = min(window.row + window.rows + _REACH_PX, grid.rows)
    right = min(window.column + window.columns + _REACH_PX, grid.columns)
    return Window(top, left, bottom - top, right - left)


def _core(window: Window, around: Window) -> Window:
    """Return where pairs count that begin in a window and not in the next, within what is read around it."""
    # Before the first probe of a tile there is no window.
    top, left = (0 if first < borders.PROBES_PX else first for first in (window.row, window.column))
    bottom = window.row + min(window.rows, borders.PROBES_PX)
    right = window.column + min(window.columns, borders.PROBES_PX)
    return Window(top - around.row, left - around.column, bottom - top, right - left)


def sections(labels: np.ndarray, shown: np.ndarray, core: Window) -> Iterator[tuple[int, np.ndarray]]:
    """Yield how pairs of pixels differ across the borders of files in a window, and beside them.

    Parameters
    ----------
    labels : ndarray, shape (rows, columns)
        Class codes.
    shown : ndarray of bool, shape (files, rows, columns)
        Which files show each pixel.
    core : Window
        Where the first pixels of pairs lie that count; around it lie the lines beside them.

    Yields
    ------
    file : int
        Position of the file.
    counts : ndarray of int64, shape (1 + lines, 2)
        Pairs that are compared, and those that differ: across the border, then at each line of `BESIDE_PX`.
    """
    for position in range(len(shown)):
        total = np.zeros((1 + len(BESIDE_PX), 2), np.int64)
        for turned in (False, True):
            one, all_shown, part = (
                (labels.T, shown.transpose(0, 2, 1), _turned(core)) if turned else (labels, shown, core)
            )
            inside = all_shown[position]
            down, right = part.slices
            beyond = inside[down, right.start + 1 : right.stop + 1]
            rows, columns = np.nonzero(inside[down, right][:, : beyond.shape[1]] != beyond)
            rows, columns = rows + part.row, columns + part.column
            for line, offset in enumerate((0, *BESIDE_PX)):
                total[line] += _compared(one, all_shown, position, rows, columns + offset, is_border=not offset)
        if total[0, 0]:
            yield position, total


def _turned(window: Window) -> Window:
    return Window(window.column, window.row, window.columns, window.rows)


def _compared(
    labels: np.ndarray, shown: np.ndarray, position: int, rows: np.ndarray, columns: np.ndarray, *, is_border: bool
) -> tuple[int, int]:
    """Return how many pairs on both sides of a line, one in each row, are compared, and how many of them differ."""
    first, second = columns - LEFT_OUT_PX, columns + 1 + LEFT_OUT_PX
    there = (first >= 0) & (second < labels.shape[1])
    rows, first, second = rows[there], first[there], second[there]
    one, other = shown[:, rows, first], shown[:, rows, second]
    kept = one[position] != other[position] if is_border else (one == other).all(axis=0)
    here, beyond = labels[rows, first], labels[rows, second]
    kept &= (here != UNCLASSIFIED) & (beyond != UNCLASSIFIED)
    return int(kept.sum()), int((here != beyond)[kept].sum())


def judged(counts: np.ndarray) -> tuple[int, float, float, float, float] | None:
    """Return what the sections of a border say: see :class:`FileBorder`; None where they are too few.

    Parameters
    ----------
    counts : ndarray of int64, shape (sections, 1 + lines, 2)
        As :func:`sections` gives them.
    """
    compared, differing = counts.sum(axis=0).T
    lines = 1 + np.flatnonzero(2 * compared[1:] >= compared[0])
    beside = counts[:, 1:].sum(axis=1)
    enough = (counts[:, 0, 0] >= FEWEST_OF_SECTION) & (beside[:, 0] > 0)
    if lines.size < FEWEST_LINES or not enough.any():
        return None
    across = counts[enough, 0, 1] / counts[enough, 0, 0]
    typical = np.median(across - beside[enough, 1] / beside[enough, 0])
    found = differing[0] / compared[0], *_rougher_side(lines, differing / np.maximum(compared, 1)), typical
    return int(compared[0]), *map(float, found)  # type: ignore[return-value]


def _rougher_side(lines: np.ndarray, fractions: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation of the lines on one side, of that with more differences.

    One side may show the same thing everywhere. Lines of both would then vary as much as the two sides differ, and
    hide any step. A side with few lines is taken together with the other.
    """
    first = lines <= len(BESIDE_PX) // 2
    sides = [fractions[lines[side]] for side in (first, ~first) if 2 * side.sum() >= FEWEST_LINES]
    if len(sides) < 2:
        sides = [fractions[lines]]
    expected = [(side.mean(), side.std()) for side in sides]
    return max(expected, key=lambda one: one[0] + SPREADS * one[1])


def as_csv(found: Sequence[FileBorder]) -> str:
    """Return a table of borders as CSV."""
    return tables.csv_text([field.name for field in fields(FileBorder)], map(_rounded, found))


def _rounded(border: FileBorder) -> tuple[Any, ...]:
    return tuple(f"{value:.4f}" if isinstance(value, float) else value for value in astuple(border))


def read(path: Path | str) -> list[FileBorder]:
    """Read a table written by :func:`as_csv`.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "borders of files", _of_row)


def _of_row(row: Mapping[str, str]) -> FileBorder:
    names = row["run"], row["tile"], row["sensor"], row["file"]
    fractions = (float(row[name]) for name in ("differing", "beside", "spread", "typical"))
    return FileBorder(*names, int(row["compared"]), *fractions)
