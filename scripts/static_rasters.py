"""Survey the static rasters of a tile: their files, checksums and values."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.features.static_rasters import (
    settings as static_raster_settings,
)
from landloom.features.static_rasters import (
    survey as static_raster_survey,
)
from landloom.features.static_rasters import (
    table as static_raster_tables,
)
from landloom.geo import grids
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.features.static_rasters.survey.survey`."""
    tile, year = snakemake.wildcards.tile, snakemake.wildcards.year
    grid = grids.load(snakemake.input.grid)
    memory = Path(".cache", "checksums", year, f"{tile}_static.json")
    settings = static_raster_settings.of_content(snakemake.params.rasters)
    found = static_raster_survey.survey(settings, tile, year, grid, memory, snakemake.threads)
    for one in found:
        print(f"{one.raster}: {one.least:g} to {one.greatest:g}", file=sys.stderr)
        if one.missing_fraction:
            fraction = f"{one.missing_fraction:.2%} of tile {tile}"
            print(f"warning: {one.path} has no value in {fraction}: {one.raster} is -10000 there", file=sys.stderr)
        if one.coarse:
            print(
                f"warning: {one.path} has fractions from {one.least:g} to {one.greatest:g} in tile {tile}, and "
                f"features are integers: set `rasters.{one.raster}.scale`, as 1000",
                file=sys.stderr,
            )
    static_raster_tables.write(found, snakemake.output.table)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
