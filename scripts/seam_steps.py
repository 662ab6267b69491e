"""Compare the values of a run's tiles where their grounds meet."""

from typing import TYPE_CHECKING

from landloom.checks import margins, seam_steps
from landloom.core.files import of_tiles, write_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.checks.seam_steps.compare`."""
    tiles = snakemake.params.tiles
    files = snakemake.input["values"], of_tiles(snakemake.params.regions, tiles)
    found = seam_steps.compare(*margins.of_files(snakemake.input.territory, tiles, *files))
    write_text(snakemake.output.seams, seam_steps.as_csv(found))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
