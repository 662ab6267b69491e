"""Get the real Sentinel-2 data of the example."""

from pathlib import Path
from typing import TYPE_CHECKING

from landloom import jobs
from landloom.romania import make_example

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.romania.make_example`."""
    make_example(Path("romania"))


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
