"""Classification of a tile in one pass over its windows, with the models of all regions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import rasterio

from landloom.accuracy.class_counts import TileCounts
from landloom.core.errors import InputError
from landloom.core.nomenclature import MODEL_TAG, Nomenclature
from landloom.core.progress import Progress, Stopwatch
from landloom.core.text import shortened
from landloom.features import vectors as features
from landloom.features.vectors import Layout, WindowFeatures
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps import layers, output_block
from landloom.maps import tally as tallies
from landloom.maps.output_block import Block
from landloom.maps.tally import Tally
from landloom.models import files as model_files
from landloom.models.interface import Model
from landloom.reading.series_reader import TileReader


@dataclass(frozen=True)
class Applied:
    """Models of a tile and the areas where they are applied.

    Attributes
    ----------
    regions : path
        As written by :func:`landloom.geo.ownership.write_tile_regions`.
    weights : path or None
        As written by :func:`landloom.geo.border_weights.write_tile_weights`; None without boundary fusion.
    models : dict of region number: Model
    """

    regions: Path | str
    weights: Path | str | None
    models: Mapping[int, Model]


def block_bytes(columns: int, classes: int, names: Collection[str]) -> int:
    """Return the memory of a row of output blocks of some layers."""
    return rasters.BLOCK * columns * layers.block_bytes(names, classes)


def owned_windows(
    regions: Path | str, weights: Path | str | None, windows: Iterable[Window]
) -> tuple[list[Window], list[int]]:
    """Return the windows with owned pixels, and the numbers of the regions whose models are applied there.

    Parameters
    ----------
    regions, weights : path
        As in :class:`Applied`.
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
                has_weight = (weight_file.read(window=window.ranges) > 0)[:, found > 0].any(axis=1)
                numbers.update(number for number, some in zip(_bands(weight_file), has_weight, strict=True) if some)
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
) -> tuple[TileCounts, Stopwatch]:
    """Classify a tile and write its rasters.

    Parameters
    ----------
    windows : list of Window
        Windows with owned pixels, row by row.
    outputs : dict of layer: path
        Some of :data:`landloom.maps.layers.LAYERS`, ``classification`` and ``confidence`` among them.

    Returns
    -------
    counts : TileCounts
        Owned pixels of the tile and their areas; 0 counts pixels without valid observation.
    stopwatch : Stopwatch

    Raises
    ------
    InputError
        If a region has no model, or a model has classes that the nomenclature lacks or labels otherwise.
    """
    for region, model in applied.models.items():
        _check_classes(region, model, nomenclature)
    tally = Tally(grid, applied.models, nomenclature.codes)
    stopwatch = Stopwatch()
    codes = np.array(nomenclature.codes, np.int32)
    with ExitStack() as files:
        region_file = files.enter_context(rasterio.open(applied.regions))
        weight_file = files.enter_context(rasterio.open(applied.weights)) if applied.weights else None

        def numbers(window: Window) -> np.ndarray:
            found: np.ndarray = region_file.read(1, window=window.ranges)
            return found

        writers = _open_outputs(files, grid, nomenclature, outputs, tags)
        progress = Progress("classification", sum(window.pixels for window in windows))
        stream = features.stream(reader, layout, grid, windows, lambda window: numbers(window) > 0)
        for area, group in groupby(stream, key=lambda vectors: _output_area(vectors.window, grid)):
            block = output_block.empty_block((area.rows, area.columns), len(codes), outputs)
            for vectors in group:
                stopwatch.lap("waiting for reading")
                window = vectors.window
                offset = (window.row - area.row, window.column - area.column)
                weights = _weights(weight_file, window) if weight_file else {}
                _predict(_Part(vectors, offset, numbers(window), weights, block, stopwatch), applied.models, codes)
                progress.advance(window.pixels)
            tally.add(block["classification"], region_file.read(window=area.ranges), area)
            _write(writers, block, area)
            stopwatch.lap("writing")
    return tally.counts(), stopwatch


def _weights(weight_file: rasterio.DatasetReader, window: Window) -> dict[int, np.ndarray]:
    """Return the weights of the models in a window by region, if several models are weighted."""
    stored = weight_file.read(window=window.ranges)
    has_weight = (stored > 0).any(axis=(1, 2))
    if has_weight.sum() < 2:
        return {}
    return {number: stored[band] for band, number in enumerate(_bands(weight_file)) if has_weight[band]}


def _check_classes(region: int, model: Model, nomenclature: Nomenclature) -> None:
    """Raise if a model has classes that are not in the nomenclature, or have another label there."""
    unknown = sorted(set(model.classes.tolist()) - set(nomenclature.codes))
    if unknown:
        raise InputError(
            f"the model of region number {region} has the classes {unknown}, which the nomenclature lacks; "
            "train it again with samples of this nomenclature"
        )
    trained = model.metadata.get(MODEL_TAG)  # models of other programs and earlier versions do not tell
    if trained and (renamed := nomenclature.renamed(trained, model.classes.tolist())):
        raise InputError(
            f"the model of region number {region} was trained with other labels of its codes: {shortened(renamed)}; "
            "give the classes the codes that they had, or train it again"
        )


def _output_area(window: Window, grid: Grid) -> Window:
    """Return the output blocks of a window; each is written once, when it is complete."""
    if window.rows >= rasters.BLOCK or window.columns < grid.columns:
        return window
    top = window.row // rasters.BLOCK * rasters.BLOCK
    return Window(top, window.column, min(rasters.BLOCK, grid.rows - top), window.columns)


@dataclass(frozen=True)
class _Part:
    """A window of a block of the output.

    Attributes
    ----------
    vectors : WindowFeatures
    offset : (row, column)
        Position of its upper left pixel in the block.
    numbers : ndarray of int, shape (rows, columns)
        Region of each pixel; 0 where the tile is not mapped.
    weights : dict of region: ndarray of shape (rows, columns)
        Weights of the models, if several are weighted.
    block : Block
        Output block.
    stopwatch : Stopwatch
    """

    vectors: WindowFeatures
    offset: tuple[int, int]
    numbers: np.ndarray
    weights: Mapping[int, np.ndarray]
    block: Block
    stopwatch: Stopwatch

    @property
    def weighted(self) -> np.ndarray:
        """Return the pixels with several weighted models, bool of shape (rows, columns)."""
        models = [(weight > 0).astype(np.uint8) for weight in self.weights.values()]
        return (self.numbers > 0) & (sum(models) > 1) if models else np.zeros(self.numbers.shape, bool)

    def chunks(self, where: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield some thousand pixels at a time with their features, which stay in the cache.

        Pixels without valid observation are left out.
        """
        pixels = np.flatnonzero(where)
        for part in features.chunks(len(pixels)):
            chunk = pixels[part]
            matrix, seen = self.vectors.stack(chunk)
            self.stopwatch.lap("gap filling and features")
            yield (chunk, matrix) if seen.all() else (chunk[seen], matrix[seen])
            self.stopwatch.lap("predicting")

    def indices(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and columns in the block."""
        rows, columns = np.divmod(pixels, self.vectors.window.columns)
        return rows + self.offset[0], columns + self.offset[1]

    def write_decider(self, pixels: np.ndarray, decider: np.ndarray | None) -> None:
        """Write the deciding sensor group, if requested."""
        if decider is not None and "decider" in self.block:
            self.block["decider"][self.indices(pixels)] = decider


def _predict(part: _Part, models: Mapping[int, Model], codes: np.ndarray) -> None:
    """Predict with each region's model, and with all weighted models where there are several."""
    weighted = part.weighted
    for region in np.unique(part.numbers[(part.numbers > 0) & ~weighted]):
        model = _model_of(models, int(region))
        for pixels, matrix in part.chunks((part.numbers == region) & ~weighted):
            probabilities, decider = model.decide(matrix)
            part.write_decider(pixels, decider)
            output_block.write_layers(part.block, probabilities, model.classes, codes, part.indices(pixels))
    for pixels, matrix in part.chunks(weighted):
        mean = _weighted_mean(part, models, codes, pixels, matrix)
        output_block.write_layers(part.block, mean, codes, codes, part.indices(pixels))


def _weighted_mean(
    part: _Part, models: Mapping[int, Model], codes: np.ndarray, pixels: np.ndarray, matrix: np.ndarray
) -> np.ndarray:
    """Return the weighted mean of the probabilities of all weighted models at some pixels, by all codes."""
    total = np.zeros((len(pixels), len(codes)), np.float32)
    weight_sum = np.zeros(len(pixels), np.float32)
    for region, weight in part.weights.items():
        here = weight.ravel()[pixels]
        positions = np.flatnonzero(here > 0)
        if len(positions):
            model = _model_of(models, region)
            probabilities, decider = model.decide(np.ascontiguousarray(matrix[positions]))
            bands = np.searchsorted(codes, model.classes)
            output_block.add_weighted(total, weight_sum, probabilities, positions, here[positions], bands)
            own = part.numbers.ravel()[pixels[positions]] == region
            _write_own(
                part, model, pixels[positions[own]], probabilities[own], None if decider is None else decider[own]
            )
    return total / weight_sum[:, np.newaxis]


def _write_own(
    part: _Part, model: Model, pixels: np.ndarray, probabilities: np.ndarray, decider: np.ndarray | None
) -> None:
    """Write the label of the pixels' own region's model, if requested."""
    part.write_decider(pixels, decider)
    if "separate" in part.block and len(pixels):
        part.block["separate"][part.indices(pixels)] = model.classes[probabilities.argmax(axis=1)]


def _model_of(models: Mapping[int, Model], region: int) -> Model:
    if region not in models:
        raise InputError(f"region number {region} has no model")
    return models[region]


def _open_outputs(
    files: ExitStack, grid: Grid, nomenclature: Nomenclature, outputs: Mapping[str, Path], tags: rasters.Tags
) -> dict[str, rasterio.io.DatasetWriter]:
    """Open the rasters to write, by layer.

    They contain no names and colours, so that changes of these do not rerun the classification.
    """
    writers = {}
    for layer in (one for one in layers.LAYERS if one.name in outputs):
        dtype = rasters.label_dtype(nomenclature.codes) if layer.dtype == layers.LABELS else layer.dtype
        bands = len(nomenclature.codes) if layer.per_class else 1
        made = rasters.create(outputs[layer.name], grid, dtype, tags, bands=bands, nodata=layer.nodata)
        writers[layer.name] = files.enter_context(made)
        for band, entry in enumerate(nomenclature.classes if layer.per_class else (), 1):
            writers[layer.name].set_band_description(band, f"{entry.code} {entry.label}")
    return writers


def _write(writers: Mapping[str, rasterio.io.DatasetWriter], block: Block, window: Window) -> None:
    """Write an area of all layers."""
    for name, writer in writers.items():
        values = block[name]
        if name == "separate":
            values = np.where(values == layers.NOT_SEPARATE, block["classification"], values)
        bands = values if values.ndim == 3 else values[np.newaxis]
        writer.write(bands.astype(writer.dtypes[0], copy=False), window=window.ranges)


def use_kernels() -> None:
    """Call every kernel once, with the types of models and blocks: compiled ahead of the work."""
    model_files.use_kernels()
    output_block.use_kernels()
    tallies.use_kernels()
