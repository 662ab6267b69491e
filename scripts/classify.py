"""Classify a tile: every region's model in one pass."""

import datetime
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.accuracy import class_counts
from landloom.core import checksums, nomenclature
from landloom.core.digests import digest
from landloom.features import assembly
from landloom.features import pipeline as tiles
from landloom.fusion import sensor_model
from landloom.geo import grids, rasters, window_shapes, windows
from landloom.jobs import compilation, job
from landloom.maps import classification
from landloom.models import files, transfer
from landloom.models.interface import Model
from landloom.reading import resampling

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.maps.classification.classify`."""
    sources = assembly.Sources.of_content(
        snakemake.params.sensors, snakemake.params.rasters, snakemake.params.features
    )
    compilation.prepare(resampling.use_kernels, sources.use_kernels, classification.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    grid = grids.load(snakemake.input.grid)
    tile, year = snakemake.wildcards.tile, snakemake.wildcards.year
    given = snakemake.input
    known = assembly.Tables(given.table, given.dates, given.shifts or "", given.functions or "", given.prepared or "")
    pipeline = assembly.of_tile(sources, known, grid, tile, year)
    names = pipeline.layout.names
    classes = nomenclature.read(snakemake.params.nomenclature)
    weights = snakemake.input.weights or None
    outputs = {layer: Path(path) for layer, path in snakemake.output.items() if layer != "counts"}
    with tiles.open_reader(pipeline, grid, threads) as reader:
        other = classification.block_bytes(grid.columns, len(classes.codes), outputs)
        other += sum(Path(path).stat().st_size for path in snakemake.input.models)
        other += window_shapes.MOST_PIXELS * len(snakemake.params.regions) if weights else 0
        other += reader.kept_bytes
        memory_mb = job.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
        per_pixel = pipeline.layout.bytes_per_pixel
        limit = windows.most_pixels(memory_mb, pipeline.bytes_per_pixel, other, per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, pipeline.layout.margin_px)
        owned, regions = classification.owned_windows(snakemake.input.regions, weights, plan.windows)
        models = {number: model_of(number, names, pipeline.output_dates, classes.codes) for number in regions}
        used = digest([checksums.of_file(path).sha256 for number in regions for path in paths_of(number)])
        tags = rasters.provenance(snakemake.params.config, snakemake.params.code) | {rasters.MODELS_TAG: used}
        counts, stopwatch = classification.classify(
            owned,
            reader,
            pipeline.layout,
            classification.Applied(snakemake.input.regions, weights, models),
            classes,
            grid,
            outputs,
            tags,
        )
    print(f"{plan}, {threads} threads; {stopwatch.fractions()}", file=sys.stderr)
    class_counts.write(counts, snakemake.output.counts)


def paths_of(number: int) -> list[str]:
    """Return the files of a region's models: one, or one for each group of sensors."""
    groups = len(snakemake.input.models) // len(snakemake.params.regions)
    return list(snakemake.input.models[(number - 1) * groups : number * groups])


def model_of(number: int, names: list[str], dates: Mapping[str, Sequence[datetime.date]], codes: list[int]) -> Model:
    """Return the model of a region; that of several groups of sensors is one, too."""
    paths = paths_of(number)
    if not snakemake.input.beliefs:
        model = files.load(paths[0])
        transfer.check_model(paths[0], model, names, dates)
        return model
    from landloom.fusion import sensor_beliefs  # with pandas, which others do without

    start = (number - 1) * len(paths)
    tables = snakemake.input.beliefs[start : start + len(paths)]
    evidence = sensor_beliefs.of_tables(tables, codes, snakemake.params.mass)
    return sensor_model.joined(
        [files.load(path) for path in paths], names, snakemake.params.all_sensors, evidence, codes
    )


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
