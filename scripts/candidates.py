"""Find the reference pixels of a tile."""

from typing import TYPE_CHECKING

from landloom import grids, jobs, tables, vectors
from landloom.candidates import find_candidates

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.candidates.find_candidates`."""
    found = find_candidates(
        vectors.read_layer(snakemake.input.polygons, "polygons"),
        grids.load(snakemake.input.grid),
        snakemake.input.regions,
        snakemake.input.validity,
    )
    tables.write(found, snakemake.output.candidates)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
