"""Compare a tile's map with and without boundary fusion."""

from typing import TYPE_CHECKING

from landloom.accuracy import border_steps
from landloom.core import parquet
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.border_steps`."""
    maps = {"fused": snakemake.input.classification, border_steps.SEPARATE: snakemake.input.separate}
    candidates, run = parquet.read(snakemake.input.candidates), int(snakemake.wildcards.run)
    parquet.write(border_steps.count_strips(maps, snakemake.input.regions), snakemake.output.strips)
    comparison = border_steps.compare(candidates, run, maps, snakemake.input.weights)
    parquet.write(comparison, snakemake.output.comparison)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
