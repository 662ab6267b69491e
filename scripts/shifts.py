"""Find how far the acquisitions of a tile have to be moved to lie on a reference image."""

import sys
from typing import TYPE_CHECKING

from landloom.geo import grids
from landloom.jobs import compilation as kernels
from landloom.jobs import job as jobs
from landloom.reading import resampling
from landloom.sensors import any_sensor
from landloom.survey import acquisition_table, coregistration, shift_table
from landloom.survey.coregistration import Sensor

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.survey.coregistration.of_tile`."""
    kernels.prepare(resampling.use_kernels)
    threads = jobs.limit_threads(snakemake.threads)
    tile, year = snakemake.wildcards.tile, snakemake.wildcards.year
    settings = any_sensor.of_content(snakemake.params.sensors)
    wanted = {name: one.coregistration for name, one in settings.items() if one.coregistration}
    listed = acquisition_table.read_looks(snakemake.input.table)
    found = coregistration.of_tile(
        [Sensor(name, one, settings[name].resampling) for name, one in wanted.items()],
        acquisition_table.used_acquisitions(settings, tile, listed),
        listed,
        {name: one.raster(tile, year) for name, one in wanted.items()},
        grids.load(snakemake.input.grid),
        threads,
    )
    for one in found:
        if one.problem:
            done = "left out" if one.status == "left_out" else "used as it is"
            print(f"warning: {one.sensor}, {one.product}: {one.problem}; {done}", file=sys.stderr)
    shift_table.write(found, snakemake.output.shifts)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
