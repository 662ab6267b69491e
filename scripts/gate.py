"""End the workflow where checks of a year's maps fail."""

from typing import TYPE_CHECKING

from landloom.checks import evaluation
from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.checks.evaluation.failures`."""
    findings = evaluation.read(snakemake.input.findings)
    message = evaluation.failures(findings, snakemake.wildcards.year, snakemake.input.findings)
    if message:
        raise InputError(message)
    write_text(snakemake.output.passed, evaluation.summary(findings) + "\n")


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
