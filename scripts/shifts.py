"""Find how far the acquisitions of a tile have to be moved to lie on a reference image."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.geo import grids
from landloom.jobs import compilation, job
from landloom.reading import series_reader
from landloom.sensors.coregistration_settings import CoregistrationSettings
from landloom.survey import acquisition_table, coregistration, descriptions, shift_table
from landloom.survey.coregistration import Sensor

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.survey.coregistration.of_tile`."""
    compilation.prepare(series_reader.use_kernels)
    threads = job.limit_threads(snakemake.threads)
    tile, year = snakemake.wildcards.tile, snakemake.wildcards.year
    table = Path(snakemake.input.table)
    sensors = [
        Sensor(name, CoregistrationSettings(**one["coregistration"]), one["resampling"])
        for name, one in snakemake.params.sensors.items()
    ]
    found = coregistration.of_tile(
        sensors,
        descriptions.read(table.with_name(descriptions.FILE), [one.name for one in sensors]),
        acquisition_table.read(table),
        {one.name: one.settings.raster(tile, year) for one in sensors},
        grids.load(snakemake.input.grid),
        threads,
    )
    for one in found:
        if one.problem:
            done = "left out" if one.status == "left_out" else "used as it is"
            print(f"warning: {one.sensor}, {one.product}: {one.problem}; {done}", file=sys.stderr)
    shift_table.write(found, snakemake.output.shifts)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
