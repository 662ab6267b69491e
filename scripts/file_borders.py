"""Compare the maps of a year across the borders of the files of its annual images."""

from typing import TYPE_CHECKING

from landloom.checks import file_borders
from landloom.core.files import of_tiles, write_text
from landloom.geo import grids
from landloom.jobs import job
from landloom.survey import descriptions

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.checks.file_borders.compare`."""
    params, found = snakemake.params, []
    files = zip(
        params.tiles, *(of_tiles(pattern, params.tiles) for pattern in (params.images, params.grids)), strict=True
    )
    for number, (_, images, grid) in enumerate(files):
        # The maps come run by run, in the order of tiles.
        maps = dict(zip(params.runs, snakemake.input.classifications[number :: len(params.tiles)], strict=True))
        for sensor, acquisitions in descriptions.read(images, list(params.values)).items():
            for one in acquisitions:
                found += file_borders.compare(one, params.values[sensor], grids.load(grid), maps)
    write_text(snakemake.output.borders, file_borders.as_csv(found))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
