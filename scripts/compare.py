"""Compare the map of a tile with the test polygons."""

from typing import TYPE_CHECKING

from landloom.accuracy import confusion
from landloom.core import parquet
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.accuracy.confusion.compare`."""
    comparison = confusion.compare(
        parquet.read(snakemake.input.candidates),
        int(snakemake.wildcards.run),
        snakemake.input.classification,
    )
    parquet.write(comparison, snakemake.output.comparison)


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
