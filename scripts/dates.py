"""Choose the output dates of the gap filling, the same for all tiles."""

import datetime
import json
from typing import TYPE_CHECKING

from landloom import calendars, config, jobs, looks, sensors
from landloom.files import write_text

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

Period = tuple[datetime.date, datetime.date]


def ranges_of(sensor: str, settings: config.AnySensor, period: Period) -> dict[str, Period]:
    """Return the first and last date of a sensor in each tile: of the used products, where some may be left out."""
    tiles, tables = snakemake.params.tiles, snakemake.input.tables
    if tables:
        return {
            tile: looks.date_range(looks.read_looks(table), sensor) for tile, table in zip(tiles, tables, strict=True)
        }
    inventory = sensors.Inventory(tiles)
    return {tile: sensors.date_range(sensor, settings, tile, period, inventory) for tile in tiles}


def main() -> None:
    """Connect the rule to :func:`landloom.calendars.output_dates`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    dates = {}
    for sensor, settings in config.sensors(snakemake.params.sensors).items():
        calendar = snakemake.params.calendars[sensor]
        ranges = ranges_of(sensor, settings, (first, last))
        chosen = calendars.output_dates(
            sensor, ranges, (calendar["start"], calendar["end"]), calendar["step_days"], (first, last)
        )
        dates[sensor] = [date.isoformat() for date in chosen]
    write_text(snakemake.output.dates, json.dumps(dates, indent=1) + "\n")


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0]):
        main()
