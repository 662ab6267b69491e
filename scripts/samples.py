"""Read the features of the training pixels of a tile."""

import sys
from typing import TYPE_CHECKING

import pandas as pd

from landloom.context import pixels as context_pixels
from landloom.core import memory, parquet
from landloom.features import assembly
from landloom.features import pipeline as tiles
from landloom.geo import grids, windows
from landloom.jobs import compilation, job
from landloom.reading import counted_values, series_reader
from landloom.samples import extraction
from landloom.samples import selection as sampling

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.samples.extraction.extract`."""
    sources = assembly.Sources.of_content(
        snakemake.params.sensors, snakemake.params.rasters, snakemake.params.features
    )
    compilation.prepare(series_reader.use_kernels, *sources.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    grid = grids.load(snakemake.input.grid)
    tile, year = snakemake.wildcards.tile, snakemake.wildcards.year
    given = snakemake.input
    if_any = [given.get(name, "") for name in ("shifts", "functions", "prepared")]
    known = assembly.Tables(given.table, given.dates, *if_any)
    pipeline = assembly.of_tile(sources, known, grid, tile, year)
    selection = drawn(snakemake.input.candidates, snakemake.input.draws, snakemake.input.ranks)
    # Of an earlier map, if there is one.
    others = zip(*(given.get(f"map_{name}", []) for name in ("candidates", "draws", "ranks")), strict=True)
    selection = pd.concat([selection, *(drawn(*files) for files in others)], ignore_index=True)
    around = pixels_around(selection, grid) if snakemake.params.get("context") else None
    pixels = around.pixels if around else selection
    with tiles.open_reader(pipeline, grid, threads) as reader:
        memory_mb = job.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
        per_pixel = pipeline.layout.bytes_per_pixel
        other = memory.samples_bytes(len(pixels), len(pipeline.layout.names)) + reader.kept_bytes
        limit = windows.most_pixels(memory_mb, pipeline.bytes_per_pixel, other, per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, pipeline.layout.margin_px)
        table, features = extraction.extract(pixels, grid, plan.windows, pipeline.layout, reader)
    print(plan, file=sys.stderr)
    counted_values.write(reader.value_counts(), snakemake.output.values)
    found = {"samples": context_pixels.Features(table, features)}
    if around:
        found = dict(zip(("samples", "context"), around.parted(table, features), strict=True))
    for name, part in found.items():
        parquet.write_with_features(part.table, pipeline.layout.names, part.features, snakemake.output[name])


def pixels_around(selection: pd.DataFrame, grid: grids.Grid) -> context_pixels.Selection:
    """Return the drawn pixels with those of their superpixels."""
    files = snakemake.input.superpixels, snakemake.input.regions
    most, seed = snakemake.params.context["context_pixels"], snakemake.params.seed
    return context_pixels.select(selection, files, grid, snakemake.wildcards.tile, most, seed)


def drawn(candidates: str, draws: str, ranks: str) -> pd.DataFrame:
    """Return the tile's pixels that are drawn from its reference, or from an earlier map."""
    params = snakemake.params
    found = sampling.read_draws(draws, ranks)
    return sampling.select(parquet.read(candidates), snakemake.wildcards.tile, found, params.runs, params.seed)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
