"""Map of a run while it is made: its output block, its rasters and its counts."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import rasterio

from landloom.accuracy.class_counts import TileCounts
from landloom.core.nomenclature import Nomenclature
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps import layers, output_block
from landloom.maps.output_block import Block, Pixels
from landloom.maps.prediction import Prediction
from landloom.maps.tally import Tally
from landloom.models.interface import Model

LEVEL = 1
"""Deflate's: a third of the default's time, for a confidence that is 2 % larger and labels that are small anyway."""


@dataclass(frozen=True)
class Run:
    """Models of a run, and where its map is written.

    Attributes
    ----------
    models : dict of region number: Model
    outputs : dict of layer: path
        Some of :data:`landloom.maps.layers.LAYERS`, ``classification`` and ``confidence`` among them.
    tags : dict of str to str
        Metadata of the rasters.
    background : dict of layer: path
        Rasters of the same layers and grid; where nothing is predicted, their values stand. Empty: nothing does.
    """

    models: Mapping[int, Model]
    outputs: Mapping[str, Path]
    tags: rasters.Tags
    background: Mapping[str, Path] = field(default_factory=dict)


class RunMap:
    """Map of a run, made block by block.

    Parameters
    ----------
    files : ExitStack
        Closes the rasters, and removes them after an error.
    run : Run
    grid : Grid
        Grid of the tile.
    nomenclature : Nomenclature
    """

    def __init__(self, files: ExitStack, run: Run, grid: Grid, nomenclature: Nomenclature) -> None:
        self.models = run.models
        self.block: Block = {}
        self._outputs = run.outputs
        self._codes = np.array(nomenclature.codes, np.int32)
        self._writers = _open_outputs(files, grid, nomenclature, run.outputs, run.tags)
        self._background = {name: files.enter_context(rasters.opened(path)) for name, path in run.background.items()}
        self._tally = Tally(grid, run.models, nomenclature.codes)

    def begin(self, area: Window) -> None:
        """Begin an area: its block is empty."""
        self.block = output_block.empty_block((area.rows, area.columns), len(self._codes), self._outputs)

    def add(self, pixels: Pixels, prediction: Prediction) -> None:
        """Write some pixels of the area, by their positions in the block."""
        block = self.block
        output_block.write_layers(block, prediction.probabilities, prediction.classes, self._codes, pixels)
        if "decider" in block and prediction.decider is not None:
            block["decider"][pixels] = prediction.decider
        if "separate" in block and prediction.separate is not None:
            block["separate"][pixels] = prediction.separate

    def finish(self, area: Window, regions: np.ndarray) -> list[Callable[[], None]]:
        """Count the labels of the area; return calls that write its layers, each into a file of its own.

        Parameters
        ----------
        area : Window
        regions : ndarray of int, shape (2, rows, columns)
            Both bands of the tile's regions.
        """
        self._fill(area)
        self._tally.add(self.block["classification"], regions, area)
        return [partial(self._write, name, area) for name in self._writers]

    def _fill(self, area: Window) -> None:
        """Take the background where nothing was predicted, layer by layer."""
        nothing = self.block["classification"] == 0
        for name, file in self._background.items():
            layer = self.block[name]
            values = file.read(window=area.ranges)
            layer[..., nothing] = (values if layer.ndim == 3 else values[0])[..., nothing]

    def _write(self, name: str, area: Window) -> None:
        """Write the area of a layer."""
        values, writer = self.block[name], self._writers[name]
        if name == "separate":
            values = np.where(values == layers.NOT_SEPARATE, self.block["classification"], values)
        bands = values if values.ndim == 3 else values[np.newaxis]
        with rasters.disk_errors(self._outputs[name]):
            writer.write(bands.astype(writer.dtypes[0], copy=False), window=area.ranges)

    def counts(self) -> TileCounts:
        """Return the owned pixels and their areas so far; 0 counts pixels without valid observation."""
        return self._tally.counts()


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
        made = rasters.create(outputs[layer.name], grid, dtype, tags, bands=bands, nodata=layer.nodata, level=LEVEL)
        writers[layer.name] = files.enter_context(made)
        writers[layer.name].units = [layer.unit] * bands
        if layer.per_class:
            writers[layer.name].scales = [1 / output_block.PROBABILITY_SCALE] * bands
            for band, entry in enumerate(nomenclature.classes, 1):
                writers[layer.name].set_band_description(band, f"{entry.code} {entry.label}")
    return writers
