"""Compare the tiles of a run where their grounds meet."""

from typing import TYPE_CHECKING

from landloom.checks import margins, seams
from landloom.core.files import of_tiles, write_text
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.checks.seams.compare`."""
    tiles = snakemake.params.tiles
    files = snakemake.input.classifications, of_tiles(snakemake.params.regions, tiles)
    found = seams.compare(*margins.of_files(snakemake.input.territory, tiles, *files))
    write_text(snakemake.output.seams, seams.as_csv(found))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
