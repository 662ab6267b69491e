"""Classification of a tile: one pass over its windows, every region's model, label and confidence."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio

from landloom import features, rasters, styles
from landloom.errors import InputError
from landloom.features import SensorFeatures
from landloom.grids import Grid, Window
from landloom.models.forest import Forest
from landloom.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.progress import Progress, Stopwatch
from landloom.series import SeriesWindow, TileReader

CONFIDENCE_SCALE = 100
PROBABILITY_SCALE = 1000

_BYTES_PER_FEATURE = 2


@dataclass(frozen=True)
class Prediction:
    """What the models say of a window.

    Attributes
    ----------
    labels : ndarray of int, shape (rows, columns)
        Class codes; 0 where no model or no clear look is.
    confidence : ndarray of uint8, shape (rows, columns)
        Probability of the label, times 100.
    probabilities : ndarray of uint16, shape (classes, rows, columns)
        Of every class of the nomenclature, times 1000.
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


def window_side(memory_mb: int, looks: int, bands: int, feature_count: int) -> int:
    """Return the side of the windows that fit a memory limit: whole blocks of the output, 256 to 1024 pixels, or 128.

    Two windows of the series are in memory (one being read, one in work), and one of the gap-filled series and
    of the features.
    """
    per_pixel = 2 * looks * (2 * bands + 1) + 2 * feature_count * _BYTES_PER_FEATURE + 1000
    pixels = max(memory_mb - 700, 100) * 1e6 / per_pixel
    return int(min(np.sqrt(pixels) // rasters.BLOCK * rasters.BLOCK, 1024)) or 128


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
) -> tuple[dict[int, int], Stopwatch]:
    """Classify a tile and write its rasters.

    Parameters
    ----------
    models : dict of region number: Forest
    regions : path
        As :func:`landloom.territory.write_tile_regions` wrote it.

    Returns
    -------
    counts : dict of code: pixels
        Of the pixels that the tile owns; 0 counts those that no sensor saw clear.
    stopwatch : Stopwatch

    Raises
    ------
    InputError
        Where a model was trained on other features, or for a region without a model.
    """
    counts = np.zeros(max(nomenclature.codes) + 1, np.int64)
    stopwatch = Stopwatch()
    with ExitStack() as files:
        region_file = files.enter_context(rasterio.open(regions))
        writers = _open_outputs(files, grid, nomenclature, outputs, tags)
        todo = [window for window in windows if region_file.read(1, window=window.ranges).any()]
        progress = Progress("classification", sum(window.pixels for window in todo))
        for window, series in reader.stream(todo):
            stopwatch.lap("waiting for reading")
            number, owned = region_file.read(window=window.ranges)
            matrix, seen = features.stack(sensors, _only(series, number.ravel() > 0))
            stopwatch.lap("gap filling and features")
            prediction = _predict(matrix, seen, number, models, nomenclature)
            stopwatch.lap("predicting")
            _write(writers, prediction, window)
            counts += np.bincount(prediction.labels[owned > 0], minlength=len(counts))
            progress.advance(window.pixels)
            stopwatch.lap("writing")
    styles.write_class_names(f"{outputs.classification}.aux.xml", nomenclature)
    return {code: int(counts[code]) for code in [UNCLASSIFIED, *nomenclature.codes]}, stopwatch


def _only(series: Mapping[str, SeriesWindow], wanted: np.ndarray) -> Mapping[str, SeriesWindow]:
    """Leave out the pixels that no region wants, where they are many enough to be worth the copy."""
    if wanted.mean() > 0.8:
        return {sensor: SeriesWindow(one.values, one.valid & wanted) for sensor, one in series.items()}
    return {
        sensor: SeriesWindow(np.ascontiguousarray(one.values[:, :, wanted]), one.valid[:, wanted])
        for sensor, one in series.items()
    }


def _predict(
    matrix: np.ndarray,
    seen: np.ndarray,
    number: np.ndarray,
    models: Mapping[int, Forest],
    nomenclature: Nomenclature,
) -> Prediction:
    """Apply each region's model to its pixels."""
    codes = np.array(nomenclature.codes)
    inside = np.flatnonzero(number.ravel() > 0)
    rows = inside if len(matrix) == number.size else np.arange(len(inside))
    labels = np.zeros(number.size, np.int64)
    confidence = np.zeros(number.size, np.uint8)
    probabilities = np.zeros((len(codes), number.size), np.uint16)
    for region in np.unique(number[number > 0]):
        chosen = (number.ravel()[inside] == region) & seen[rows]
        pixels = inside[chosen]
        if not len(pixels):
            continue
        model = _model_of(models, int(region))
        share = model.predict_proba(np.ascontiguousarray(matrix[rows[chosen]]))
        labels[pixels] = model.classes[share.argmax(axis=1)]
        confidence[pixels] = np.floor(share.max(axis=1) * CONFIDENCE_SCALE + 0.5)
        bands = np.searchsorted(codes, model.classes)
        probabilities[np.ix_(bands, pixels)] = np.floor(share.T * PROBABILITY_SCALE + 0.5)
    shape = number.shape
    return Prediction(labels.reshape(shape), confidence.reshape(shape), probabilities.reshape(len(codes), *shape))


def _model_of(models: Mapping[int, Forest], region: int) -> Forest:
    if region not in models:
        raise InputError(f"region number {region} has no model")
    return models[region]


def _open_outputs(
    files: ExitStack, grid: Grid, nomenclature: Nomenclature, outputs: Outputs, tags: rasters.Tags
) -> list[rasterio.io.DatasetWriter]:
    """Open the rasters to write: labels, confidence and, where asked for, probabilities."""
    dtype = rasters.label_dtype(nomenclature.codes)
    labels = files.enter_context(rasters.create(outputs.classification, grid, dtype, tags))
    rasters.describe_classes(labels, nomenclature)
    writers = [labels, files.enter_context(rasters.create(outputs.confidence, grid, "uint8", tags))]
    if outputs.probabilities:
        bands = len(nomenclature.codes)
        many = files.enter_context(
            rasters.create(outputs.probabilities, grid, "uint16", tags, bands=bands, nodata=None)
        )
        for band, entry in enumerate(nomenclature.classes, 1):
            many.set_band_description(band, f"{entry.code} {entry.name}")
        writers.append(many)
    return writers


def _write(writers: Sequence[rasterio.io.DatasetWriter], prediction: Prediction, window: Window) -> None:
    writers[0].write(prediction.labels.astype(writers[0].dtypes[0]), 1, window=window.ranges)
    writers[1].write(prediction.confidence, 1, window=window.ranges)
    for writer in writers[2:]:
        writer.write(prediction.probabilities, window=window.ranges)
