"""Find the reference pixels of a tile."""

from typing import TYPE_CHECKING

from landloom import grids, jobs, samples, vectors

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.samples.find_candidates`."""
    found = samples.find_candidates(
        vectors.read_layer(snakemake.input.polygons, "polygons"),
        grids.load(snakemake.input.grid),
        snakemake.input.regions,
        snakemake.input.validity,
    )
    samples.write(found, snakemake.output.candidates)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0]):
        main()
