"""Draw the training pixels of all runs over all tiles."""

from typing import TYPE_CHECKING

import pandas as pd

from landloom import config, jobs, sampling, tables, vectors
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.sampling.select`."""
    candidates = dict(zip(snakemake.params.tiles, map(pd.read_parquet, snakemake.input.candidates), strict=True))
    polygons = vectors.read_layer(snakemake.input.polygons, "polygons")
    settings = config.SampleSettings(**snakemake.params.samples)
    selection = sampling.select(candidates, polygons, settings, snakemake.params.runs, snakemake.params.seed)
    for tile, path in zip(snakemake.params.tiles, snakemake.output.selections, strict=True):
        tables.write(selection[selection.tile == tile].reset_index(drop=True), path)
    counts = sampling.count(candidates, selection, polygons, snakemake.params.regions, snakemake.params.runs)
    write_text(snakemake.output.counts, counts.to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0]):
        main()
