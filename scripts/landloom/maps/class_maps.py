"""Maps of classes: see :mod:`landloom.maps.kinds`."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np

from landloom.core import nomenclature
from landloom.core.nomenclature import Nomenclature
from landloom.geo.grids import Grid
from landloom.maps import applied_models, fused_runs, layers, output_block
from landloom.maps import tally as tallies
from landloom.maps.fused_runs import METHODS, FusedMap, Fusion
from landloom.maps.run_map import Run, RunMap

LAYERS = layers.LAYERS
FUSED_LAYERS = fused_runs.LAYERS
check_models = applied_models.check_models


def read_legend(source: Path | str) -> Nomenclature:
    """Return the nomenclature of a file."""
    return nomenclature.read(source)


def codes_of(legend: Nomenclature) -> np.ndarray:
    """Return the codes of the classes, ascending."""
    return np.array(legend.codes, np.int32)


def open_run(files: ExitStack, run: Run, grid: Grid, legend: Nomenclature) -> RunMap:
    """Return the map of a run."""
    return RunMap(files, run, grid, legend)


def open_fused(files: ExitStack, fusion: Fusion, grid: Grid, legend: Nomenclature) -> FusedMap:
    """Return the map that runs are fused into."""
    return METHODS[fusion.method](files, fusion, grid, legend)


def use_kernels() -> None:
    """Call every kernel once with the types of blocks, so that it is compiled before the work."""
    output_block.use_kernels()
    fused_runs.use_kernels()
    tallies.use_kernels()
