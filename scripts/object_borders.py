"""Merge the objects that lie in several tiles."""

from typing import TYPE_CHECKING

from landloom.jobs import job
from landloom.objects import borders

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.borders.merge`."""
    borders.merge(snakemake.input.objects, snakemake.output.borders)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
