"""Find the reference pixels of a tile."""

from typing import TYPE_CHECKING

from landloom.core import parquet
from landloom.geo import grids, vectors
from landloom.jobs import job
from landloom.reference.reference_pixels import find_candidates

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.reference.reference_pixels.find_candidates`."""
    found = find_candidates(
        vectors.read_layer(snakemake.input.polygons, "polygons"),
        grids.load(snakemake.input.grid),
        snakemake.input.regions,
        snakemake.input.validity,
    )
    parquet.write(found, snakemake.output.candidates)


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
