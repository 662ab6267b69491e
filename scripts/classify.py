"""Classify a tile: every region's model in one pass."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom import config, features, grids, jobs, maps, nomenclature, rasters, tiles
from landloom.files import write_text
from landloom.models import forest

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.maps.classify`."""
    threads = jobs.limit_threads(snakemake.threads)
    grid = grids.load(snakemake.input.grid)
    chain = tiles.prepare(
        config.sensors(snakemake.params.sensors),
        config.FeatureSettings(**snakemake.params.features),
        snakemake.wildcards.tile,
        snakemake.input.table,
        snakemake.input.dates,
    )
    names = features.names_of(chain.features)
    models = dict(enumerate(map(forest.load, snakemake.input.models), 1))
    for model in models.values():
        forest.check_features(model, names)
    side = maps.window_side(snakemake.resources.mem_mb, chain.looks, chain.bands, len(names))
    output = snakemake.output
    with tiles.open_reader(chain, grid, threads) as reader:
        counts, stopwatch = maps.classify(
            list(grid.windows(side)),
            reader,
            chain.features,
            models,
            nomenclature.read(snakemake.input.nomenclature),
            snakemake.input.regions,
            grid,
            maps.Outputs(
                Path(output.classification),
                Path(output.confidence),
                Path(output.probabilities) if "probabilities" in output.keys() else None,  # noqa: SIM118
            ),
            rasters.provenance(snakemake.params.config, snakemake.params.code),
        )
    print(f"windows of {side} x {side} pixels, {threads} threads; {stopwatch.shares()}", file=sys.stderr)
    write_text(output.counts, json.dumps(counts) + "\n")


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0]):
        main()
