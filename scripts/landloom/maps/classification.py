"""Classification of a tile: one pass over its windows, every region's model, label and confidence."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import rasterio

from landloom.accuracy.class_counts import Tally
from landloom.core.errors import InputError
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.core.progress import Progress, Stopwatch
from landloom.features import vectors as features
from landloom.features.vectors import Layout, WindowFeatures
from landloom.fusion.sensor_model import consult
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps import output_block as decisions
from landloom.maps.layers import NO_PERCENT
from landloom.maps.output_block import Canvas
from landloom.models import forest_kernels
from landloom.models.forest import Forest
from landloom.models.interface import Model
from landloom.reading.series_reader import TileReader

OPTIONAL_LAYERS = ("probabilities", "margin", "entropy", "separate", "decider")
"""Layers beside classification and confidence; ``separate`` is the classification without boundary fusion, and
``decider`` tells which group of sensors decided."""


@dataclass(frozen=True)
class Applied:
    """Which models are applied where in a tile.

    Attributes
    ----------
    regions : path
        As :func:`landloom.geo.ownership.write_tile_regions` wrote it.
    weights : path or None
        As :func:`landloom.geo.border_weights.write_tile_weights` did; None where each region's model is alone.
    models : dict of region number: Model
    """

    regions: Path | str
    weights: Path | str | None
    models: Mapping[int, Model]


def canvas_bytes(columns: int, classes: int, wanted: Collection[str]) -> int:
    """Return the memory of a row of output blocks: labels (twice, as also as they are stored) and other layers."""
    per_pixel = {"probabilities": 2 * classes, "margin": 1, "entropy": 1, "separate": 4 + 2, "decider": 1}
    return rasters.BLOCK * columns * (4 + 2 + 1 + sum(per_pixel.get(layer, 0) for layer in wanted))


def owned_windows(
    regions: Path | str, weights: Path | str | None, windows: Iterable[Window]
) -> tuple[list[Window], list[int]]:
    """Return the windows in which the tile owns pixels, and the numbers of the regions whose models act there.

    Parameters
    ----------
    regions, weights : path
        As of :class:`Applied`.
    """
    owned: list[Window] = []
    numbers: set[int] = set()
    with ExitStack() as files:
        region_file = files.enter_context(rasters.opened(regions))
        weight_file = files.enter_context(rasters.opened(weights)) if weights else None
        for window in windows:
            found = region_file.read(1, window=window.ranges)
            if found.any():
                owned.append(window)
                numbers.update(map(int, np.unique(found[found > 0])))
            if weight_file and found.any():
                acts = (weight_file.read(window=window.ranges) > 0)[:, found > 0].any(axis=1)
                numbers.update(number for number, acts in zip(_bands(weight_file), acts, strict=True) if acts)
    return owned, sorted(numbers)


def _bands(weight_file: rasterio.DatasetReader) -> list[int]:
    """Return the region of each band of weights."""
    return [int(number) for number in weight_file.descriptions]


def classify(
    windows: Sequence[Window],
    reader: TileReader,
    layout: Layout,
    applied: Applied,
    nomenclature: Nomenclature,
    grid: Grid,
    outputs: Mapping[str, Path],
    tags: rasters.Tags,
) -> tuple[dict[int, dict[int, int]], Stopwatch]:
    """Classify a tile and write its rasters.

    Parameters
    ----------
    windows : list of Window
        Those with owned pixels, row by row.
    outputs : dict of layer: path
        ``classification``, ``confidence`` and, where wanted, some of `OPTIONAL_LAYERS`.

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
    for region, model in applied.models.items():
        _check_classes(region, model, nomenclature)
    tally = Tally(applied.models, nomenclature.codes)
    stopwatch = Stopwatch()
    with ExitStack() as files:
        region_file = files.enter_context(rasterio.open(applied.regions))
        weight_file = files.enter_context(rasterio.open(applied.weights)) if applied.weights else None

        def numbers(window: Window) -> np.ndarray:
            return region_file.read(1, window=window.ranges)

        writers = _open_outputs(files, grid, nomenclature, outputs, tags)
        progress = Progress("classification", sum(window.pixels for window in windows))
        stream = features.stream(reader, layout, grid, windows, lambda window: numbers(window) > 0)
        codes = np.array(nomenclature.codes, np.int32)
        for area, group in groupby(stream, key=lambda vectors: _output_area(vectors.window, grid)):
            canvas = decisions.empty_canvas((area.rows, area.columns), len(codes), outputs)
            for vectors in group:
                stopwatch.lap("waiting for reading")
                window = vectors.window
                view = _View(vectors, (window.row - area.row, window.column - area.column))
                acting = _acting(weight_file, window) if weight_file else {}
                _predict(view, numbers(window), acting, applied.models, codes, canvas, stopwatch)
                progress.advance(window.pixels)
            tally.add(canvas.labels, region_file.read(window=area.ranges))
            _write(writers, canvas, area)
            stopwatch.lap("writing")
    return tally.counts(), stopwatch


def _acting(weight_file: rasterio.DatasetReader, window: Window) -> dict[int, np.ndarray]:
    """Return the weights of the models that act in a window, where more than one does."""
    stored = weight_file.read(window=window.ranges)
    acts = (stored > 0).any(axis=(1, 2))
    if acts.sum() < 2:
        return {}
    return {number: stored[place] for place, number in enumerate(_bands(weight_file)) if acts[place]}


def _check_classes(region: int, model: Model, nomenclature: Nomenclature) -> None:
    """Raise where a model would write labels that are no classes."""
    foreign = sorted(set(model.classes.tolist()) - set(nomenclature.codes))
    if foreign:
        raise InputError(
            f"the model of region number {region} knows the classes {foreign}, which the nomenclature lacks; "
            "train it again with samples of this nomenclature"
        )


def _output_area(window: Window, grid: Grid) -> Window:
    """Return the blocks of the output that a window is part of: they are written once, when all of it is there."""
    if window.rows >= rasters.BLOCK or window.columns < grid.columns:
        return window
    top = window.row // rasters.BLOCK * rasters.BLOCK
    return Window(top, window.column, min(rasters.BLOCK, grid.rows - top), window.columns)


@dataclass(frozen=True)
class _View:
    """The feature vectors of a window, and where on the canvas the window begins (row, column)."""

    vectors: WindowFeatures
    place: tuple[int, int]

    def chunks(self, pixels: np.ndarray, stopwatch: Stopwatch) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield some thousand pixels at a time, with their features: these stay in the cache.

        Pixels that no sensor saw clear are left out.
        """
        for part in features.chunks(len(pixels)):
            chunk = pixels[part]
            matrix, seen = self.vectors.stack(chunk)
            stopwatch.lap("gap filling and features")
            yield (chunk, matrix) if seen.all() else (chunk[seen], matrix[seen])

    def on_canvas(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and columns on the canvas."""
        rows, columns = np.divmod(pixels, self.vectors.window.columns)
        return rows + self.place[0], columns + self.place[1]


def _predict(
    view: _View,
    number: np.ndarray,
    acting: Mapping[int, np.ndarray],
    models: Mapping[int, Model],
    codes: np.ndarray,
    canvas: Canvas,
    stopwatch: Stopwatch,
) -> None:
    """Apply each region's model to its pixels, and all that act to those where several do."""
    several = np.zeros(number.shape, bool)
    if acting:
        several = (number > 0) & (sum((weight > 0).astype(np.uint8) for weight in acting.values()) > 1)
    for region in np.unique(number[(number > 0) & ~several]):
        model = _model_of(models, int(region))
        for chunk, matrix in view.chunks(np.flatnonzero((number == region) & ~several), stopwatch):
            share, decider = consult(model, matrix)
            if decider is not None and canvas.decider.size:
                canvas.decider[view.on_canvas(chunk)] = decider
            decisions.paint(canvas, share, model.classes, codes, *view.on_canvas(chunk))
            stopwatch.lap("predicting")
    for chunk, matrix in view.chunks(np.flatnonzero(several), stopwatch):
        _weigh(view, number, acting, models, codes, canvas, chunk, matrix)
        stopwatch.lap("predicting")


def _weigh(
    view: _View,
    number: np.ndarray,
    acting: Mapping[int, np.ndarray],
    models: Mapping[int, Model],
    codes: np.ndarray,
    canvas: Canvas,
    chunk: np.ndarray,
    matrix: np.ndarray,
) -> None:
    """Decide by the weighted mean of the probabilities of all models that act on some pixels."""
    total = np.zeros((len(chunk), len(codes)), np.float32)
    weight_sum = np.zeros(len(chunk), np.float32)
    own = number.ravel()[chunk]
    for region, weight in acting.items():
        here = weight.ravel()[chunk]
        places = np.flatnonzero(here > 0)
        if not len(places):
            continue
        model = _model_of(models, region)
        share, decider = consult(model, np.ascontiguousarray(matrix[places]))
        bands = np.searchsorted(codes, model.classes)
        decisions.add_weighted(total, weight_sum, share, places, here[places], bands)
        mine = own[places] == region
        if decider is not None and canvas.decider.size:
            canvas.decider[view.on_canvas(chunk[places[mine]])] = decider[mine]
        if canvas.separate.size and mine.any():
            canvas.separate[view.on_canvas(chunk[places[mine]])] = model.classes[share[mine].argmax(axis=1)]
    total /= weight_sum[:, np.newaxis]
    decisions.paint(canvas, total, codes, codes, *view.on_canvas(chunk))


def _model_of(models: Mapping[int, Model], region: int) -> Model:
    if region not in models:
        raise InputError(f"region number {region} has no model")
    return models[region]


def _open_outputs(
    files: ExitStack, grid: Grid, nomenclature: Nomenclature, outputs: Mapping[str, Path], tags: rasters.Tags
) -> dict[str, rasterio.io.DatasetWriter]:
    """Open the rasters to write, by layer.

    Names and colours are not in them: choosing others must not map anything again.
    """
    labels = rasters.label_dtype(nomenclature.codes)
    kinds = {
        "classification": (labels, UNCLASSIFIED),
        "separate": (labels, UNCLASSIFIED),
        "confidence": ("uint8", 0),
        "decider": ("uint8", 0),
        "margin": ("uint8", NO_PERCENT),
        "entropy": ("uint8", NO_PERCENT),
    }
    writers = {}
    for layer in kinds.keys() & outputs.keys():
        dtype, nodata = kinds[layer]
        writers[layer] = files.enter_context(rasters.create(outputs[layer], grid, dtype, tags, nodata=nodata))
    if "probabilities" in outputs:
        bands = len(nomenclature.codes)
        many = rasters.create(outputs["probabilities"], grid, "uint16", tags, bands=bands, nodata=None)
        writers["probabilities"] = files.enter_context(many)
        for band, entry in enumerate(nomenclature.classes, 1):
            writers["probabilities"].set_band_description(band, f"{entry.code} {entry.label}")
    return writers


def _write(writers: Mapping[str, rasterio.io.DatasetWriter], canvas: Canvas, window: Window) -> None:
    """Write an area of all layers."""
    for layer, writer in writers.items():
        if layer == "probabilities":
            writer.write(canvas.probabilities, window=window.ranges)
        else:
            writer.write(_layer(canvas, layer).astype(writer.dtypes[0]), 1, window=window.ranges)


def _layer(canvas: Canvas, layer: str) -> np.ndarray:
    """Return a layer of one band."""
    if layer == "classification":
        return canvas.labels
    if layer == "separate":
        return np.where(canvas.separate == decisions.NOT_SEPARATE, canvas.labels, canvas.separate)
    return getattr(canvas, layer)


def use_kernels() -> None:
    """Call every kernel once, with the types of a forest: compiled ahead of the work."""
    leaf = np.array([(0, 0, ~0)], forest_kernels.NODE)
    rows = np.arange(3), np.arange(2, dtype=np.uint16), np.ones(2, np.float32)
    model = Forest(leaf, np.zeros(1, np.int64), *rows, ("a",), np.arange(1, 3, dtype=np.int32), {})
    model.predict_proba(np.zeros((4, 1), np.int16))
    decisions.use_kernels()
