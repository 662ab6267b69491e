"""Choose the output dates of the gap filling, the same for all tiles."""

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

from landloom import calendars, jobs, looks
from landloom.calendars import CommonRange
from landloom.errors import InputError
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def common_ranges() -> dict[str, CommonRange]:
    """Return the days that all tiles share: from their surveys, or as the archive's listing told."""
    if not snakemake.input.tables:
        return {
            sensor: CommonRange(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end), late, early)
            for sensor, (start, end, late, early) in snakemake.params.ranges.items()
        }
    tables = {Path(path).parent.name: looks.read_looks(path) for path in snakemake.input.tables}
    return {
        sensor: calendars.common_range({tile: looks.date_range(table, sensor) for tile, table in tables.items()})
        for sensor in snakemake.params.calendars
    }


def main() -> None:
    """Connect the rule to :func:`landloom.calendars.output_dates`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    ranges, dates = common_ranges(), {}
    for sensor, calendar in snakemake.params.calendars.items():
        if sensor not in ranges:
            raise InputError(f"sensors.{sensor}: no tile has a product from {first} to {last}; is the archive right?")
        bounds = (calendar["start"], calendar["end"])
        chosen = calendars.output_dates(sensor, ranges[sensor], bounds, calendar["step_days"], (first, last))
        dates[sensor] = [date.isoformat() for date in chosen]
    write_text(snakemake.output.dates, json.dumps(dates, indent=1) + "\n")


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
