"""Find the pixel grid of a tile."""

import datetime
from typing import TYPE_CHECKING

from landloom.geo.grid_settings import GridSettings
from landloom.jobs import job
from landloom.sensors import registry
from landloom.survey import kept_grids

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.survey.kept_grids.find`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    sensors = registry.sections_of(snakemake.params.sensors)
    wanted = GridSettings(**snakemake.params.grid)
    tile, way = snakemake.wildcards.tile, snakemake.params.grid_search
    kept_grids.find(sensors, tile, (first, last), wanted, snakemake.output.grid, way)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
