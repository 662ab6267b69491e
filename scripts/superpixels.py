"""Find the superpixels of a tile."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.features import assembly
from landloom.features import pipeline as tiles
from landloom.geo import grids, rasters, windows
from landloom.jobs import compilation, job
from landloom.objects import segmentation, segmentation_features, strip_shapes, superpixels
from landloom.objects.superpixel_settings import SuperpixelSettings
from landloom.reading import series_reader

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.segmentation.write`."""
    params, given = snakemake.params, snakemake.input
    sources = assembly.Sources.of_content(params.sensors, params.rasters, params.features)
    compilation.prepare(series_reader.use_kernels, *sources.use_kernels, superpixels.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    grid, tile, year = grids.load(given.grid), snakemake.wildcards.tile, snakemake.wildcards.year
    known = assembly.Tables(
        given.table, given.dates, *(given.get(name, "") for name in ("shifts", "functions", "prepared"))
    )
    pipeline = assembly.of_tile(sources, known, grid, tile, year)
    settings = SuperpixelSettings(**params.superpixels)
    bands = {name: one.bands.names for name, one in sources.sensors.items()}
    chosen = segmentation_features.chosen(pipeline.layout, bands, settings)
    with tiles.open_reader(pipeline, grid, threads) as reader:
        memory_mb = job.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
        strips = strip_shapes.Segmentation(settings.side_px, settings.iterations, len(chosen))
        per_pixel = pipeline.layout.bytes_per_pixel + 2 * len(chosen)
        other = strips.strip_bytes(grid.columns) + reader.kept_bytes
        limit = windows.most_pixels(memory_mb, pipeline.bytes_per_pixel, other, per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, pipeline.layout.margin_px)
        print(f"{plan}; segmented by {len(chosen)} numbers of each pixel", file=sys.stderr)
        tags = rasters.provenance(params.config, params.code)
        how = segmentation.Segmentation(grid, pipeline.layout, chosen, settings)
        segmentation.write(how, plan.windows, reader, Path(snakemake.output.superpixels), tags)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
