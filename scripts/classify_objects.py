"""Classify the objects of a tile: the models of all runs and regions, painted on their pixels."""

import datetime
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom.accuracy import class_counts
from landloom.core import checksums, nomenclature
from landloom.core.digests import digest
from landloom.features import pipeline as tiles
from landloom.features.vectors import Layout
from landloom.geo import grids, rasters
from landloom.geo.opening import raster_doors
from landloom.jobs import compilation, job
from landloom.maps import classification, fused_runs, layers, object_map
from landloom.maps.applied_models import Areas, check_models, owned_windows
from landloom.maps.fused_runs import Fusion
from landloom.maps.run_map import Run
from landloom.models import files, own_class_settings, placement, transfer
from landloom.models.interface import Model
from landloom.objects import object_table, segments, statistics, sums

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.maps.object_map` and :func:`landloom.maps.classification.classify`."""
    compilation.prepare(sums.use_kernels, classification.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    params, given = snakemake.params, snakemake.input
    grid, classes = grids.load(given.grid), nomenclature.read(params.nomenclature)
    features = statistics.of_features(params.statistics, object_table.Reader(given.table).schema.features)
    tables = object_map.ObjectTables(given.table, given.get("borders"), features, tuple(params.first_regions))
    tile = classification.Tile(grid, Layout(()), Areas(given.regions, None), classes)
    owned, regions = owned_windows(tile.areas, list(grid.windows(rasters.BLOCK * 2)))
    dates = tiles.read_dates(given.dates)
    models = [models_of(run, features.names, dates, classes) for run in range(len(params.runs))]
    predicted = object_map.predict(tables, models, np.array(classes.codes, np.int32))
    runs = [run_of(run, regions, model) for run, model in enumerate(predicted.models)]
    with ExitStack() as opened:
        of_tile = segments.Segments(opened, given.objects, given.regions, params.shared)
        parts = object_map.ObjectParts(of_tile, predicted.numbers, regions[0])
        counts, stopwatch = classification.classify(tile, owned, None, runs, fusions_of(runs), parts)
    for model, path in zip(predicted.models, snakemake.output.labels, strict=True):
        object_map.write_labels(predicted, model, path)
    print(
        f"{len(predicted.numbers)} objects, {threads} threads, runs: {len(runs)}; {stopwatch.fractions()}",
        file=sys.stderr,
    )
    fused_counts = [snakemake.output.fused_counts] if params.fusion else []
    for found, path in zip(counts, [*snakemake.output.counts, *fused_counts], strict=True):
        class_counts.write(found, path)


def models_of(
    run: int,
    names: list[str],
    dates: Mapping[str, Sequence[datetime.date]],
    classes: nomenclature.Nomenclature,
) -> dict[int, Model]:
    """Return the models of a run by region."""
    found: dict[int, Model] = {}
    own = own_class_settings.of_content(snakemake.params.get("own_class"))
    for number, path in enumerate(paths_of(run), 1):
        found[number] = files.load(path, own)
        transfer.check_model(path, found[number], names, dates)
        transfer.check_embeddings(path, found[number], snakemake.params.embeddings)
    check_models(found, classes)
    return found


def paths_of(run: int) -> list[str]:
    """Return the files of a run's models, in the order of regions; they come run by run."""
    regions = len(snakemake.params.regions)
    return list(snakemake.input.models)[run * regions : (run + 1) * regions]


def run_of(run: int, regions: Sequence[int], model: object_map.PaintedModel) -> Run:
    """Return a run: what its models say of all objects, whatever region a pixel is in, and its rasters."""
    written = [layer.name for layer in layers.LAYERS if layer.name in snakemake.output.keys()]  # noqa: SIM118
    outputs = {layer: Path(snakemake.output[layer][run]) for layer in written}
    outside = {layer: snakemake.input.get(f"outside_{layer}") for layer in written}
    background = {layer: Path(paths[run]) for layer, paths in outside.items() if paths}
    used = digest([*(checksums.of_file(path).sha256 for path in paths_of(run)), *models_outside(background)])
    tags = rasters.provenance(snakemake.params.config, snakemake.params.code) | {rasters.MODELS_TAG: used}
    precision = placement.precision_of(paths_of(run))
    tags |= {rasters.PRECISION_TAG: precision} if precision else {}
    return Run(dict.fromkeys(regions, model), outputs, tags, background)


def models_outside(background: Mapping[str, Path]) -> list[str]:
    """Return the digest of the models of pixels that objects are painted on; none where nothing is there."""
    if not background:
        return []
    with raster_doors.product(background["classification"]) as file:
        return [file.tags()[rasters.MODELS_TAG]]


def fusions_of(runs: Sequence[Run]) -> list[Fusion]:
    """Return how the runs are fused in the same pass: at most one way."""
    if not snakemake.params.fusion:
        return []
    outputs = {layer: Path(snakemake.output[f"fused_{layer}"]) for layer in fused_runs.LAYERS}
    outside = {layer: snakemake.input.get(f"outside_fused_{layer}") for layer in fused_runs.LAYERS}
    background = {layer: Path(path) for layer, path in outside.items() if path}
    tags = rasters.provenance(snakemake.params.config_fused, snakemake.params.code)
    return [Fusion(**snakemake.params.fusion, target=Run(runs[0].models, outputs, tags, background))]


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
