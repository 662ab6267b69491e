"""Write the objects of a tile from a given segmentation."""

import sys
from typing import TYPE_CHECKING

from landloom.core import tables
from landloom.geo import grids, rasters
from landloom.jobs import job
from landloom.objects import given_segments, settings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.given_segments.write`."""
    params = snakemake.params
    section = settings.of_content(params.objects)
    tags = rasters.provenance(params.config, params.code)
    grid = grids.load(snakemake.input.grid)
    found = given_segments.write(section, params.file, grid, snakemake.output.objects, tags)
    for what, number in found.items():
        if number:
            print(f"{what}: {number}", file=sys.stderr)
    tables.write(snakemake.output.findings, ("finding", "count"), found.items())


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
