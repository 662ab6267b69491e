"""Write the drawn objects of a tile, with their statistics, as samples."""

from typing import TYPE_CHECKING

from landloom.core import parquet
from landloom.geo import grids
from landloom.jobs import job
from landloom.objects import statistics
from landloom.objects.object_table import Reader
from landloom.samples import object_samples, selection

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.samples.object_samples.extract`."""
    params, given, tile = snakemake.params, snakemake.input, snakemake.wildcards.tile
    candidates = parquet.read(given.candidates)
    draws = selection.read_draws(given.draws, given.ranks)
    of_tile = candidates[candidates.tile == tile].reset_index(drop=True)
    drawn = selection.select(of_tile, tile, draws, params.runs, params.seed)
    features = statistics.of_features(params.statistics, Reader(given.table).schema.features)
    table, matrix = object_samples.extract(drawn, grids.load(given.grid), features, given.table, given.get("borders"))
    parquet.write_with_features(table, features.names, matrix, snakemake.output.samples)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
