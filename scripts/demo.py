"""Make the demo archive."""

from pathlib import Path
from typing import TYPE_CHECKING

from landloom.demo.archive import make_demo
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.demo.archive.make_demo`."""
    make_demo(
        Path("demo"),
        seed=snakemake.params.demo["seed"],
        years=[int(year) for year in snakemake.params.years],
        size_px=snakemake.params.demo["size_px"],
        sensors=snakemake.params.demo["sensors"],
    )


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
