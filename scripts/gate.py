"""End the workflow where checks of a year's maps fail."""

from typing import TYPE_CHECKING

from landloom import jobs, verdicts
from landloom.errors import InputError
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.verdicts.failures`."""
    findings = verdicts.read(snakemake.input.findings)
    message = verdicts.failures(findings, snakemake.wildcards.year, snakemake.input.findings)
    if message:
        raise InputError(message)
    write_text(snakemake.output.passed, verdicts.summary(findings) + "\n")


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
