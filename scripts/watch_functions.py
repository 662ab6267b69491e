"""Write a digest of what user-defined functions are tried with, so that a change is noticed beside a new scene."""

from typing import TYPE_CHECKING

from landloom.core import checksums
from landloom.core.digests import digest
from landloom.core.files import write_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.core.digests.digest`."""
    files = [snakemake.input.dates, *snakemake.input.rasters]
    found = digest([snakemake.params.watched, [checksums.of_file(path).sha256 for path in files]])
    write_text(snakemake.output.watched, f"{found}\n")


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
