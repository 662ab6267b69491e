"""Count the reference pixels in the objects of a tile."""

from typing import TYPE_CHECKING

from landloom.core import parquet
from landloom.jobs import job
from landloom.objects import labelling

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.labelling.count_reference`."""
    candidates = parquet.read(snakemake.input.candidates)
    found = labelling.count_reference(candidates, snakemake.input.objects, snakemake.input.table)
    parquet.write(found, snakemake.output.counts)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
