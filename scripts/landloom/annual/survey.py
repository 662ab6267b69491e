"""Survey of an annual image: whether its files fit together, where it has values in a tile, and which."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from landloom.annual import borders, checks
from landloom.annual.files import AnnualFile
from landloom.annual.mosaic import Mosaic
from landloom.annual.places import Places
from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.annual.settings import AnnualSettings

STRIP_ROWS = 1024
"""Rows whose first band is read at a time: those of the largest blocks that files usually have."""

LARGEST_STEP = 2.0
"""How many times as much neighbours may differ across the borders of files as elsewhere, without a warning."""

GREATEST_DIFFERENCE = 0.1
"""Of two files that overlap: half the squared distance of their vectors, by the mean of their squared lengths."""

_PROBE_PX, _PROBES, _FEWEST = 8, 5, 50
_SAMPLES, _SAMPLE_PX = 4, 32


@dataclass(frozen=True, eq=False)
class AnnualSurvey:
    """What an annual image shows of a tile.

    Attributes
    ----------
    acquisition : Acquisition
        Of the files that show the tile, with the places of its bands in them.
    valid : ndarray of bool, shape (rows, columns)
    sample : ndarray of float64, shape (bands, pixels)
        Values of some valid pixels, as features store them, but neither rounded nor clipped.
    notes : list of str
        What is to be said of it.
    """

    acquisition: Acquisition
    valid: np.ndarray
    sample: np.ndarray
    notes: list[str]


def survey(acquisition: Acquisition, settings: AnnualSettings, grid: Grid) -> AnnualSurvey:
    """Survey an annual image of a tile.

    Raises
    ------
    InputError
        If a file cannot be used, none shows the tile, or two overlap and differ.
    """
    reading = settings.reading
    how = grid, reading["values"], bool(reading["unit_vectors"])
    seen = _showing(acquisition, settings, grid)
    with closing(Mosaic(seen, *how)) as mosaic:
        for file in mosaic.files:
            checks.check(file, settings)
        for file, places in zip(mosaic.files, mosaic.places, strict=True):
            checks.check_fineness(places, file.source.values.name)
        seen = checks.with_numbers(seen, mosaic.files, settings)
        if how[2]:
            for file in mosaic.files:
                checks.check_lengths(file)
        inside = borders.at_probes(mosaic.places, grid)
    _check_overlaps(seen, inside, how)
    notes = _gaps(inside)
    with closing(Mosaic(replace(seen, bands=seen.bands[:1]), *how)) as first:
        valid = _valid(first, grid)
    with closing(Mosaic(seen, *how)) as mosaic:
        notes += _steps(mosaic, borders.across(inside, grid))
        return AnnualSurvey(seen, valid, _sample(mosaic, grid) * settings.unit, notes)


def _showing(acquisition: Acquisition, settings: AnnualSettings, grid: Grid) -> Acquisition:
    """Return an image with those of its files alone that show ground of a tile."""
    everything, kept = Window(0, 0, grid.rows, grid.columns), []
    for source in acquisition.mosaic:
        with closing(AnnualFile(source, settings.values)) as file:
            if Places(grid, file.grid).part(everything):
                kept.append(source)
    if not kept:
        files = f"{len(acquisition.mosaic)} file{'s' * (len(acquisition.mosaic) > 1)}"
        raise InputError(
            f"{acquisition.bands[0][1].name}: none of the {files} of {acquisition.product} shows ground of tile "
            f"{acquisition.tile}"
        )
    path, names = kept[0].values.path, {one.values.name for one in kept}
    remote = tuple(one for one in acquisition.unverified if one.name in names)
    bands = tuple((name, replace(band, path=path)) for name, band in acquisition.bands)
    return replace(acquisition, mosaic=tuple(kept), bands=bands, unverified=remote)


def _gaps(inside: np.ndarray) -> list[str]:
    lacking = 1 - float(inside.any(axis=0).mean())
    return [f"{lacking:.1%} of the tile lies in no file of the year"] if lacking > 0 else []


def _steps(mosaic: Mosaic, windows: Sequence[Window]) -> list[str]:
    step = borders.step(mosaic, windows)
    if step is None or step <= LARGEST_STEP:
        return []
    return [
        f"values step along the borders of files: neighbouring pixels differ {step:.1f} times as much there as "
        "elsewhere, which may show in the map"
    ]


def _check_overlaps(acquisition: Acquisition, inside: np.ndarray, how: tuple[Grid, str, bool]) -> None:
    """Raise if two files show the same ground and have other values there."""
    grid = how[0]
    for one, other in combinations(range(len(inside)), 2):
        places = np.argwhere(inside[one] & inside[other])
        chosen = places[np.linspace(0, len(places) - 1, min(_PROBES, len(places))).astype(int)] if len(places) else ()
        windows = [_around(grid, *(int(place) for place in found)) for found in chosen]
        sources = [replace(acquisition, mosaic=(acquisition.mosaic[number],)) for number in (one, other)]
        found = [_values(source, windows, how) for source in sources] if windows else []
        if found:
            names = [source.mosaic[0].values.name for source in sources]
            _check_alike(names, found)


def _around(grid: Grid, down: int, across: int) -> Window:
    row, column = int(borders.probes(grid.rows)[down]), int(borders.probes(grid.columns)[across])
    top, left = max(row - _PROBE_PX // 2, 0), max(column - _PROBE_PX // 2, 0)
    return Window(top, left, min(_PROBE_PX, grid.rows - top), min(_PROBE_PX, grid.columns - left))


def _values(
    acquisition: Acquisition, windows: Sequence[Window], how: tuple[Grid, str, bool]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of some windows, of shape (bands, pixels), and which pixels have some."""
    with closing(Mosaic(acquisition, *how)) as mosaic:
        found = [(values, valid) for window in windows for _, values, valid in mosaic.means(window)]
    return np.hstack([values for values, _ in found]), np.hstack([valid for _, valid in found])


def _check_alike(names: Sequence[str], found: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    (one, there), (other, also) = found
    both = there & also
    if both.sum() < _FEWEST:
        return
    first, second = one[:, both].astype(float), other[:, both].astype(float)
    lengths = np.square(first).sum(axis=0) + np.square(second).sum(axis=0)
    differences = np.square(first - second).sum(axis=0) / np.where(lengths > 0, lengths, 1)
    difference = float(np.median(differences))
    if difference > GREATEST_DIFFERENCE:
        raise InputError(
            f"{names[0]} and {names[1]}: show the same ground, but differ there (by {difference:.2f}; 0 is the same, "
            "1 has nothing in common); are they of different years or versions? Keep one of them"
        )


def _valid(mosaic: Mosaic, grid: Grid) -> np.ndarray:
    """Return the pixels of a tile that have values, bool of shape (rows, columns)."""
    found = np.zeros((grid.rows, grid.columns), bool)
    flat = found.reshape(-1)
    for row in range(0, grid.rows, STRIP_ROWS):
        window = Window(row, 0, min(STRIP_ROWS, grid.rows - row), grid.columns)
        for start, _, valid in mosaic.means(window):
            first = row * grid.columns + start
            flat[first : first + valid.size] = valid
    return found


def _sample(mosaic: Mosaic, grid: Grid) -> np.ndarray:
    parts = [values[:, valid] for window in _sampled(grid) for _, values, valid in mosaic.means(window)]
    return np.hstack(parts).astype(np.float64)


def _sampled(grid: Grid) -> Iterator[Window]:
    """Yield some windows that are spread over a tile."""
    rows, columns = min(_SAMPLE_PX, grid.rows), min(_SAMPLE_PX, grid.columns)
    for row in np.linspace(0, grid.rows - rows, _SAMPLES).astype(int):
        for column in np.linspace(0, grid.columns - columns, _SAMPLES).astype(int):
            yield Window(int(row), int(column), rows, columns)
