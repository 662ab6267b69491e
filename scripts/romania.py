"""Get the real Sentinel-2 data of the example."""

from pathlib import Path
from typing import TYPE_CHECKING

from landloom.demo.romania import make_example
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.demo.romania.make_example`."""
    make_example(Path("romania"))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
