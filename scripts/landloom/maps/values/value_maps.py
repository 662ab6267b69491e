"""Maps of the values of a target, with half the widths of their intervals: see :mod:`landloom.maps.kinds`."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import numpy as np

from landloom.accuracy.class_counts import TileCounts
from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps import fused_runs, layers, output_block
from landloom.maps import tally as tallies
from landloom.maps.fused_runs import FusedMap, Fusion
from landloom.maps.output_block import Block, Pixels
from landloom.maps.prediction import Prediction
from landloom.maps.run_map import LEVEL, Run
from landloom.maps.tally import Tally
from landloom.models.interface import Model
from landloom.models.regression.interface import COLUMNS, TARGET_TAG
from landloom.reference.target_settings import TargetSettings

LAYERS = layers.VALUE_LAYERS
FUSED_LAYERS = tuple(layer.name for layer in LAYERS)

WITHIN, CUT = 1, 2
"""Codes of pixels in counts: with a value, and with one that was outside of the range and was cut to it; 0: none."""


def read_legend(source: Mapping[str, Any]) -> TargetSettings:
    """Return the target that its section of the configuration describes."""
    return TargetSettings(**source)


def codes_of(legend: TargetSettings) -> np.ndarray:
    """Return the columns of what models say: value and half width."""
    return COLUMNS


def check_models(models: Mapping[int, Model], legend: TargetSettings) -> None:
    """Check that models, by region, estimate this target.

    Raises
    ------
    InputError
        If a model is of classes, or of another field or range, or its intervals are of another level.
    """
    wanted = {key: legend.model_dump(mode="json")[key] for key in ("field", "range", "intervals")}
    for region, model in models.items():
        if TARGET_TAG not in model.metadata:
            raise InputError(f"the model of region number {region} is of classes, not of the target {legend.field}")
        trained = json.loads(model.metadata[TARGET_TAG])
        differ = [
            f"`{key}` {trained.get(key)} instead of {wanted[key]}"
            for key in wanted
            if trained.get(key) != wanted[key]
        ]
        if differ:
            raise InputError(f"the model of region number {region} was trained with the target's {'; '.join(differ)}")


class ValueMap:
    """Map of a run, made block by block: as :class:`landloom.maps.run_map.RunMap`, of values."""

    def __init__(self, files: ExitStack, run: Run, grid: Grid, legend: TargetSettings) -> None:
        self.models = run.models
        self.block: Block = {}
        self._least, self._greatest = (np.float32(limit) for limit in legend.range)
        self._outputs = run.outputs
        self._writers = {
            layer.name: files.enter_context(
                rasters.create(run.outputs[layer.name], grid, layer.dtype, run.tags, nodata=layer.nodata, level=LEVEL)
            )
            for layer in LAYERS
        }
        self._cut = np.zeros((0, 0), bool)
        self._tally = Tally(grid, run.models, [WITHIN, CUT])

    def begin(self, area: Window) -> None:
        """Begin an area: its block is empty."""
        shape = area.rows, area.columns
        self.block = {layer.name: np.full(shape, layer.empty, layer.dtype) for layer in LAYERS}
        self._cut = np.zeros(shape, bool)

    def add(self, pixels: Pixels, prediction: Prediction) -> None:
        """Write value and half width of some pixels of the area, by their positions in the block."""
        values, half_widths = prediction.probabilities.T
        kept = np.clip(values, self._least, self._greatest)
        self.block["value"][pixels], self.block["half_width"][pixels] = kept, half_widths
        self._cut[pixels] = kept != values

    def finish(self, area: Window, regions: np.ndarray) -> list[Callable[[], None]]:
        """Count the area's pixels with a value; return calls that write its layers, each into a file of its own."""
        labels = np.where(self._cut, CUT, np.where(np.isnan(self.block["value"]), 0, WITHIN))
        self._tally.add(labels.astype(np.int32), regions, area)
        return [partial(self._write, name, area) for name in self._writers]

    def _write(self, name: str, area: Window) -> None:
        """Write the area of a layer."""
        with rasters.disk_errors(self._outputs[name]):
            self._writers[name].write(self.block[name], 1, window=area.ranges)

    def counts(self) -> TileCounts:
        """Return the owned pixels and their areas so far, by :data:`WITHIN`, :data:`CUT` and 0."""
        return self._tally.counts()


class FusedValues:
    """Map of the means or medians of the runs' values and half widths."""

    def __init__(self, files: ExitStack, fusion: Fusion, grid: Grid, legend: TargetSettings) -> None:
        self._map = ValueMap(files, fusion.target, grid, legend)
        self._together = METHODS[fusion.method]
        self.begin, self.counts = self._map.begin, self._map.counts

    def add(self, pixels: Pixels, predictions: Sequence[Prediction]) -> None:
        """Write what the runs say together: see :class:`landloom.maps.fused_runs.FusedMap`."""
        self._map.add(pixels, self._together(predictions))

    def finish(self, area: Window, regions: np.ndarray, blocks: Sequence[Block]) -> list[Callable[[], None]]:
        """Count: see :class:`landloom.maps.fused_runs.FusedMap`."""
        return self._map.finish(area, regions)


def mean_of(predictions: Sequence[Prediction]) -> Prediction:
    """Return the means of several predictions of the same pixels, summed in their order."""
    return fused_runs.mean_of(predictions, COLUMNS)


def median_of(predictions: Sequence[Prediction]) -> Prediction:
    """Return the medians of several predictions of the same pixels; of an even number, the mean of the middle two."""
    found = np.median(np.stack([one.probabilities for one in predictions]), axis=0)
    return Prediction(found.astype(np.float32), COLUMNS)


METHODS: Mapping[str, Callable[[Sequence[Prediction]], Prediction]] = {"mean": mean_of, "median": median_of}
"""Fusion of values by the method of the section `fusion`."""


def open_run(files: ExitStack, run: Run, grid: Grid, legend: TargetSettings) -> ValueMap:
    """Return the map of a run."""
    return ValueMap(files, run, grid, legend)


def open_fused(files: ExitStack, fusion: Fusion, grid: Grid, legend: TargetSettings) -> FusedMap:
    """Return the map that runs are fused into."""
    return FusedValues(files, fusion, grid, legend)


def use_kernels() -> None:
    """Call every kernel once, so that it is compiled before the work."""
    output_block.use_weighting()
    tallies.use_kernels()
