"""Classification of a tile: one pass over its windows, every region's model, label and confidence."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import rasterio
from numba import njit

from landloom import features, rasters
from landloom.errors import InputError
from landloom.features import SensorFeatures
from landloom.grids import Grid, Window
from landloom.models import forest_kernels
from landloom.models.forest import Forest
from landloom.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.progress import Progress, Stopwatch
from landloom.series import SeriesWindow, TileReader

CONFIDENCE_SCALE = 100
PROBABILITY_SCALE = 1000


@dataclass(frozen=True)
class Prediction:
    """What the models say of a window.

    Attributes
    ----------
    labels : ndarray of int32, shape (rows, columns)
        Class codes; 0 where no model or no clear look is.
    confidence : ndarray of uint8, shape (rows, columns)
        Probability of the label, times 100.
    probabilities : ndarray of uint16, shape (classes, rows, columns)
        Of every class of the nomenclature, times 1000; no classes where they are not asked for.
    """

    labels: np.ndarray
    confidence: np.ndarray
    probabilities: np.ndarray


@dataclass(frozen=True)
class Outputs:
    """The rasters of a tile and run; ``probabilities`` only if asked for."""

    classification: Path
    confidence: Path
    probabilities: Path | None


def canvas_bytes(columns: int, classes: int) -> int:
    """Return the memory of a row of output blocks: labels twice, confidence and, where stored, probabilities."""
    return rasters.BLOCK * columns * (4 + 2 + 1 + 2 * classes)


def owned_windows(regions: Path | str, windows: Iterable[Window]) -> tuple[list[Window], list[int]]:
    """Return the windows in which the tile owns pixels, and the numbers of the regions there.

    Parameters
    ----------
    regions : path
        As :func:`landloom.territory.write_tile_regions` wrote it.
    """
    owned: list[Window] = []
    numbers: set[int] = set()
    with rasters.opened(regions) as dataset:
        for window in windows:
            found = np.unique(dataset.read(1, window=window.ranges))
            if found.any():
                owned.append(window)
            numbers.update(map(int, found[found > 0]))
    return owned, sorted(numbers)


def classify(
    windows: Sequence[Window],
    reader: TileReader,
    sensors: Sequence[SensorFeatures],
    models: Mapping[int, Forest],
    nomenclature: Nomenclature,
    regions: Path | str,
    grid: Grid,
    outputs: Outputs,
    tags: rasters.Tags,
) -> tuple[dict[int, dict[int, int]], Stopwatch]:
    """Classify a tile and write its rasters.

    Parameters
    ----------
    windows : list of Window
        Those with owned pixels, row by row.
    models : dict of region number: Forest
    regions : path
        As :func:`landloom.territory.write_tile_regions` wrote it.

    Returns
    -------
    counts : dict of region number: dict of code: pixels
        Of the pixels that the tile owns; 0 counts those that no sensor saw clear.
    stopwatch : Stopwatch

    Raises
    ------
    InputError
        For a region without a model, and a model with classes that the nomenclature lacks.
    """
    for region, model in models.items():
        _check_classes(region, model, nomenclature)
    counts = {region: np.zeros(max(nomenclature.codes) + 1, np.int64) for region in models}
    stopwatch = Stopwatch()
    with ExitStack() as files:
        region_file = files.enter_context(rasterio.open(regions))

        def numbers(window: Window) -> np.ndarray:
            return region_file.read(1, window=window.ranges)

        writers = _open_outputs(files, grid, nomenclature, outputs, tags)
        stored_classes = len(nomenclature.codes) if outputs.probabilities else 0
        progress = Progress("classification", sum(window.pixels for window in windows))
        stream = reader.stream(windows, lambda window: numbers(window) > 0)
        for area, group in groupby(stream, key=lambda item: _output_area(item[0], grid)):
            canvas = empty_prediction((area.rows, area.columns), stored_classes)
            for window, series in group:
                stopwatch.lap("waiting for reading")
                place = (window.row - area.row, window.column - area.column)
                _predict(series, numbers(window), sensors, models, nomenclature, canvas, place, stopwatch)
                progress.advance(window.pixels)
            _count(canvas.labels, region_file.read(window=area.ranges), counts)
            _write(writers, canvas, area)
            stopwatch.lap("writing")
    return {region: _named(pixels, nomenclature) for region, pixels in counts.items() if pixels.any()}, stopwatch


def _check_classes(region: int, model: Forest, nomenclature: Nomenclature) -> None:
    """Raise where a model would write labels that are no classes."""
    foreign = sorted(set(model.classes.tolist()) - set(nomenclature.codes))
    if foreign:
        raise InputError(
            f"the model of region number {region} knows the classes {foreign}, which the nomenclature lacks; "
            "train it again with samples of this nomenclature"
        )


def _count(labels: np.ndarray, regions: np.ndarray, counts: Mapping[int, np.ndarray]) -> None:
    """Count the labels of each region where the tile owns the ground; ``regions`` holds both bands of the file."""
    owned = regions[1] > 0
    for region, pixels in counts.items():
        pixels += np.bincount(labels[owned & (regions[0] == region)], minlength=len(pixels))


def _named(pixels: np.ndarray, nomenclature: Nomenclature) -> dict[int, int]:
    """Return the counts of all classes by their codes."""
    return {code: int(pixels[code]) for code in [UNCLASSIFIED, *nomenclature.codes]}


def _output_area(window: Window, grid: Grid) -> Window:
    """Return the blocks of the output that a window is part of: they are written once, when all of it is there."""
    if window.rows >= rasters.BLOCK or window.columns < grid.columns:
        return window
    top = window.row // rasters.BLOCK * rasters.BLOCK
    return Window(top, window.column, min(rasters.BLOCK, grid.rows - top), window.columns)


def empty_prediction(shape: tuple[int, int], classes: int) -> Prediction:
    """Return a prediction of no class anywhere; ``classes`` is 0 where probabilities are not asked for."""
    return Prediction(np.zeros(shape, np.int32), np.zeros(shape, np.uint8), np.zeros((classes, *shape), np.uint16))


def _predict(
    series: Mapping[str, SeriesWindow],
    number: np.ndarray,
    sensors: Sequence[SensorFeatures],
    models: Mapping[int, Forest],
    nomenclature: Nomenclature,
    canvas: Prediction,
    place: tuple[int, int],
    stopwatch: Stopwatch,
) -> None:
    """Apply each region's model to its pixels, some thousands at a time: their features stay in the cache.

    ``place`` is where on the canvas the window begins.
    """
    for region in np.unique(number[number > 0]):
        model = _model_of(models, int(region))
        bands = np.searchsorted(nomenclature.codes, model.classes)
        pixels = np.flatnonzero(number == region)
        for part in features.chunks(len(pixels)):
            chunk = pixels[part]
            matrix, seen = features.stack(sensors, series, chunk)
            stopwatch.lap("gap filling and features")
            if not seen.all():
                matrix, chunk = matrix[seen], chunk[seen]
            share = model.predict_proba(matrix)
            rows, columns = np.divmod(chunk, number.shape[1])
            rows, columns = rows + place[0], columns + place[1]
            layers = (canvas.labels, canvas.confidence, canvas.probabilities)
            decide(share, model.classes, bands, rows, columns, *layers)
            stopwatch.lap("predicting")


@njit(cache=True)
def decide(share, classes, bands, rows, columns, labels, confidence, probabilities):
    """Write the most probable class of each pixel (the first of equals), its probability and, where wanted, all.

    Parameters
    ----------
    share : ndarray of float32, shape (pixels, classes)
        Probabilities.
    classes, bands : ndarray of int, shape (classes,)
        Code of each class, and its place among ``probabilities``.
    rows, columns : ndarray of int64, shape (pixels,)
        Where the pixels are in the layers.
    labels, confidence, probabilities : ndarray
        As in :class:`Prediction`.
    """
    for pixel in range(len(rows)):
        best = 0
        for index in range(1, share.shape[1]):
            if share[pixel, index] > share[pixel, best]:
                best = index
        row, column = rows[pixel], columns[pixel]
        labels[row, column] = classes[best]
        confidence[row, column] = _stored(share[pixel, best], CONFIDENCE_SCALE)
        if len(probabilities):
            for index in range(share.shape[1]):
                probabilities[bands[index], row, column] = _stored(share[pixel, index], PROBABILITY_SCALE)


@njit(cache=True)
def _stored(probability, scale):
    """Return a probability as it is stored, halves rounded up."""
    return np.uint16(np.floor(probability * np.float32(scale) + np.float32(0.5)))


def _model_of(models: Mapping[int, Forest], region: int) -> Forest:
    if region not in models:
        raise InputError(f"region number {region} has no model")
    return models[region]


def _open_outputs(
    files: ExitStack, grid: Grid, nomenclature: Nomenclature, outputs: Outputs, tags: rasters.Tags
) -> list[rasterio.io.DatasetWriter]:
    """Open the rasters to write: labels, confidence and, where asked for, probabilities.

    Names and colours are not in them: choosing others must not map anything again.
    """
    dtype = rasters.label_dtype(nomenclature.codes)
    labels = files.enter_context(rasters.create(outputs.classification, grid, dtype, tags))
    writers = [labels, files.enter_context(rasters.create(outputs.confidence, grid, "uint8", tags))]
    if outputs.probabilities:
        bands = len(nomenclature.codes)
        many = files.enter_context(
            rasters.create(outputs.probabilities, grid, "uint16", tags, bands=bands, nodata=None)
        )
        for band, entry in enumerate(nomenclature.classes, 1):
            many.set_band_description(band, f"{entry.code} {entry.label}")
        writers.append(many)
    return writers


def _write(writers: Sequence[rasterio.io.DatasetWriter], prediction: Prediction, window: Window) -> None:
    writers[0].write(prediction.labels.astype(writers[0].dtypes[0]), 1, window=window.ranges)
    writers[1].write(prediction.confidence, 1, window=window.ranges)
    for writer in writers[2:]:
        writer.write(prediction.probabilities, window=window.ranges)


def use_kernels() -> None:
    """Call every kernel once, with the types of a forest: compiled ahead of the work."""
    leaf = np.array([(0, 0, ~0)], forest_kernels.NODE)
    rows = np.arange(3), np.arange(2, dtype=np.uint16), np.ones(2, np.float32)
    classes = np.arange(1, 3, dtype=np.int32)
    model = Forest(leaf, np.zeros(1, np.int64), *rows, ("a",), classes, {})
    share = model.predict_proba(np.zeros((4, 1), np.int16))
    canvas = empty_prediction((1, 4), 2)
    pixels = np.zeros(4, np.int64), np.arange(4)
    decide(share, classes, np.arange(2), *pixels, canvas.labels, canvas.confidence, canvas.probabilities)
