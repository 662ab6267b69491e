"""Choose the output dates of the gap filling, the same for all tiles."""

import datetime
import json
from typing import TYPE_CHECKING

from landloom import calendars, config, jobs, looks
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.calendars.output_dates`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    tables = {
        tile: looks.read_looks(table)
        for tile, table in zip(snakemake.params.tiles, snakemake.input.tables, strict=True)
    }
    dates = {}
    for sensor, settings in config.sensors(snakemake.params.sensors).items():
        ranges = {tile: looks.date_range(table, sensor) for tile, table in tables.items()}
        chosen = calendars.output_dates(
            sensor, ranges, (settings.start, settings.end), settings.step_days, (first, last)
        )
        dates[sensor] = [date.isoformat() for date in chosen]
    write_text(snakemake.output.dates, json.dumps(dates, indent=1) + "\n")


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
