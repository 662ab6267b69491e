"""Write the features of a tile as a raster."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.features import assembly, feature_map
from landloom.features import pipeline as tiles
from landloom.geo import grids, rasters, windows
from landloom.jobs import compilation, job
from landloom.reading import series_reader

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.features.feature_map.write`."""
    sources = assembly.Sources.of_content(
        snakemake.params.sensors, snakemake.params.rasters, snakemake.params.features
    )
    compilation.prepare(series_reader.use_kernels, *sources.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    grid, tile, year = grids.load(snakemake.input.grid), snakemake.wildcards.tile, snakemake.wildcards.year
    given = snakemake.input
    known = assembly.Tables(given.table, given.dates, given.shifts or "", given.functions or "", given.prepared or "")
    pipeline = assembly.of_tile(sources, known, grid, tile, year)
    with tiles.open_reader(pipeline, grid, threads) as reader:
        memory_mb = job.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
        per_pixel = feature_map.bytes_per_pixel(pipeline.layout)
        limit = windows.most_pixels(memory_mb, pipeline.bytes_per_pixel, reader.kept_bytes, per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, pipeline.layout.margin_px, feature_map.BLOCK_ROWS)
        tags = rasters.provenance(snakemake.params.config, snakemake.params.code)
        target = Path(snakemake.output.features)
        feature_map.write(plan.windows, reader, pipeline.layout, grid, target, tags)
    print(plan, file=sys.stderr)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
