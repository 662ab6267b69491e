"""Read the features of the training pixels of a tile."""

import sys
from typing import TYPE_CHECKING

import pandas as pd

from landloom import (
    grids,
    jobs,
    kernels,
    processing_settings,
    resample,
    samples,
    sampling,
    sensor_settings,
    series_features,
    tables,
    tiles,
    user_functions,
    windows,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.samples.extract`."""
    kernels.prepare(resample.use_kernels, series_features.use_kernels)
    threads = jobs.limit_threads(snakemake.threads)
    grid = grids.load(snakemake.input.grid)
    tile, year = snakemake.wildcards.tile, snakemake.wildcards.year
    settings = processing_settings.FeatureSettings(**snakemake.params.features)
    chain = tiles.prepare(
        sensor_settings.of_content(snakemake.params.sensors),
        settings,
        tile,
        snakemake.input.table,
        snakemake.input.dates,
    )
    chain = user_functions.with_functions(chain, settings, grid, tile, year, snakemake.input.functions)
    selection = drawn(snakemake.input.candidates, snakemake.input.draws, snakemake.input.ranks)
    # Of an earlier map, if there is one.
    others = zip(snakemake.input.map_candidates, snakemake.input.map_draws, snakemake.input.map_ranks, strict=True)
    selection = pd.concat([selection, *(drawn(*files) for files in others)], ignore_index=True)
    with tiles.open_reader(chain, grid, threads) as reader:
        memory_mb = jobs.planned_mb(snakemake.resources.mem_mb, snakemake.resources.attempt)
        per_pixel = chain.layout.bytes_per_pixel
        limit = windows.most_pixels(memory_mb, chain.looks, chain.bands, feature_bytes=per_pixel)
        plan = windows.plan(grid, reader.blocks(), limit, chain.layout.margin_px)
        table = samples.extract(selection, grid, plan.windows, chain.layout, reader)
    print(plan, file=sys.stderr)
    tables.write(table, snakemake.output.samples)


def drawn(candidates: str, draws: str, ranks: str) -> pd.DataFrame:
    """Return the tile's pixels that are drawn from its reference, or from an earlier map."""
    params = snakemake.params
    found = sampling.read_draws(draws, ranks)
    return sampling.select(tables.read(candidates), snakemake.wildcards.tile, found, params.runs, params.seed)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
