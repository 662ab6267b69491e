"""Gather what sensors, dates and bands bring, from the cross-validations of all regions."""

from typing import TYPE_CHECKING

from landloom.accuracy import permutation_importance
from landloom.core.files import write_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.accuracy.permutation_importance.gathered`."""
    groups = len(snakemake.params.groups) or 1
    tables = permutation_importance.read_tables(snakemake.input.tables, snakemake.params.regions, groups)
    write_text(snakemake.output.importance, permutation_importance.as_csv(permutation_importance.gathered(tables)))


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
