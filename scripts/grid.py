"""Find the pixel grid of a tile."""

import datetime
from typing import TYPE_CHECKING

from landloom.geo import grids
from landloom.geo.grid_settings import GridSettings
from landloom.jobs import job
from landloom.sensors import registry
from landloom.survey import survey

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.survey.survey.common_grid`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    sensors = registry.sections_of(snakemake.params.sensors)
    grid = survey.common_grid(sensors, snakemake.wildcards.tile, (first, last), GridSettings(**snakemake.params.grid))
    grids.save(grid, snakemake.output.grid)


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
