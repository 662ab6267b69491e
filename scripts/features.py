"""Write the features of a tile as a raster."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom import (
    chains,
    feature_maps,
    grids,
    jobs,
    kernels,
    rasters,
    resample,
    tiles,
    windows,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.feature_maps.write`."""
    sources = chains.Sources.of_content(snakemake.params.sensors, snakemake.params.rasters, snakemake.params.features)
    kernels.prepare(resample.use_kernels, sources.use_kernels)
    threads = jobs.limit_threads(snakemake.threads)
    grid, tile, year = grids.load(snakemake.input.grid), snakemake.wildcards.tile, snakemake.wildcards.year
    given = snakemake.input
    known = chains.Tables(given.table, given.dates, given.shifts or "", given.functions or "")
    chain = chains.of_tile(sources, known, grid, tile, year)
    with tiles.open_reader(chain, grid, threads) as reader:
        memory_mb = jobs.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
        per_pixel = feature_maps.bytes_per_pixel(chain.layout)
        limit = windows.most_pixels(memory_mb, chain.bytes_per_pixel, feature_bytes=per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, chain.layout.margin_px, feature_maps.BLOCK_ROWS)
        tags = rasters.provenance(snakemake.params.config, snakemake.params.code)
        target = Path(snakemake.output.features)
        feature_maps.write(plan.windows, reader, chain.layout, grid, target, tags)
    print(plan, file=sys.stderr)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
