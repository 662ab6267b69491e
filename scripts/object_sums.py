"""Sum the features of the objects of a tile."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from landloom.core import tables
from landloom.features import assembly
from landloom.features import pipeline as tiles
from landloom.geo import grids, windows
from landloom.jobs import compilation, job
from landloom.objects import costs, object_table, segments, settings, sums, tile_sums
from landloom.reading import counted_values, series_reader

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.tile_sums.sum_tile`."""
    params, given = snakemake.params, snakemake.input
    section = settings.of_content(params.objects)
    sources = assembly.Sources.of_content(params.sensors, params.rasters, params.features)
    compilation.prepare(series_reader.use_kernels, *sources.use_kernels, sums.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    grid = grids.load(given.grid)
    if_any = [given.get(name, "") for name in ("shifts", "functions", "prepared")]
    known = assembly.Tables(given.table, given.dates, *if_any)
    pipeline = assembly.of_tile(sources, known, grid, snakemake.wildcards.tile, snakemake.wildcards.year)
    schema = object_table.Schema.of(pipeline.layout.names, len(params.regions), section.statistics)
    memory_mb = job.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
    sums_mb = max(costs.sums_mb(grid.columns, len(schema.features)), 0.3 * memory_mb)
    with tiles.open_reader(pipeline, grid, threads) as reader, ExitStack() as files:
        other = int(sums_mb * 1e6) + reader.kept_bytes
        limit = windows.most_pixels(memory_mb, pipeline.bytes_per_pixel, other, pipeline.layout.bytes_per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, pipeline.layout.margin_px)
        of_tile = segments.Segments(files, given.objects, given.regions, section.shared)
        spans = segments.spans(of_tile, plan.windows)
        tile = tile_sums.TileObjects(grid, pipeline.layout, of_tile, spans, schema)
        tile_sums.check_memory(tile, sums_mb)
        table = files.enter_context(object_table.writer(snakemake.output.objects, schema))
        tile_sums.sum_tile(tile, reader, table.write)
    print(f"{plan}; {len(spans.numbers)} objects, {spans.most_open()} at a time", file=sys.stderr)
    print(f"{100 * spans.outside:.1f} % of the tile's ground lies in no object", file=sys.stderr)
    counts = {"objects": len(spans.numbers), "pixels": spans.ground, "pixels_in_objects": spans.counted}
    tables.write(snakemake.output.counts, list(counts), [list(counts.values())])
    counted_values.write(reader.value_counts(), snakemake.output.values)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
