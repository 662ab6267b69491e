"""Compare the map of a tile with the test polygons."""

from typing import TYPE_CHECKING

from landloom import accuracy, jobs, tables

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.accuracy.compare`."""
    comparison = accuracy.compare(
        tables.read(snakemake.input.candidates),
        int(snakemake.wildcards.run),
        snakemake.input.classification,
    )
    tables.write(comparison, snakemake.output.comparison)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
