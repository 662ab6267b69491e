"""Find the pixels of a tile that lie in no object, with their regions."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from landloom.geo import grids, rasters
from landloom.jobs import job
from landloom.objects import segments

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.segments.write_outside`."""
    given = snakemake.input
    tags = rasters.provenance(snakemake.params.config, snakemake.params.code)
    with ExitStack() as files:
        of_tile = segments.Segments(files, given.objects, given.regions, shared=True)
        grid = grids.of_raster(given.objects)
        number = segments.write_outside(of_tile, grid, snakemake.output.regions, tags)
    print(f"{number} pixels of the tile's ground lie in no object and are classified by pixels", file=sys.stderr)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
