"""Write the features of a tile as a raster."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom import (
    feature_maps,
    feature_settings,
    grids,
    jobs,
    kernels,
    rasters,
    resample,
    sensor_settings,
    static_raster_settings,
    static_rasters,
    tiles,
    user_functions,
    windows,
)
from landloom.interpolation import METHODS

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.feature_maps.write`."""
    settings = feature_settings.FeatureSettings(**snakemake.params.features)
    method = METHODS[settings.interpolation.method]
    kernels.prepare(resample.use_kernels, method.use_kernels)
    threads = jobs.limit_threads(snakemake.threads)
    grid, tile, year = grids.load(snakemake.input.grid), snakemake.wildcards.tile, snakemake.wildcards.year
    chain = tiles.prepare(
        sensor_settings.of_content(snakemake.params.sensors),
        settings,
        tile,
        snakemake.input.table,
        snakemake.input.dates,
        snakemake.input.shifts or None,
    )
    rasters_of_user = static_raster_settings.of_content(snakemake.params.rasters)
    chain = static_rasters.with_rasters(chain, rasters_of_user, tile, year)
    chain = user_functions.with_functions(chain, settings, grid, tile, year, snakemake.input.functions)
    with tiles.open_reader(chain, grid, threads) as reader:
        memory_mb = jobs.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
        per_pixel = feature_maps.bytes_per_pixel(chain.layout)
        limit = windows.most_pixels(memory_mb, chain.bytes_per_pixel, feature_bytes=per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, chain.layout.margin_px, rasters.BLOCK)
        tags = rasters.provenance(snakemake.params.config, snakemake.params.code)
        target = Path(snakemake.output.features)
        feature_maps.write(plan.windows, reader, chain.layout, grid, target, tags)
    print(plan, file=sys.stderr)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
