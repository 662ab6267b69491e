"""Choose the output dates of the gap filling, the same for all tiles."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.jobs import job
from landloom.survey import acquisition_table
from landloom.timeseries import output_dates
from landloom.timeseries.output_dates import CommonRange, SharedDates

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def bases() -> dict[str, CommonRange | SharedDates]:
    """Return what output dates follow from: by the surveys of all tiles, or from the listing of the archive."""
    kinds = {sensor: calendar["output_dates"] for sensor, calendar in snakemake.params.calendars.items()}
    if not snakemake.input.tables:
        return {sensor: listed(kinds[sensor], values) for sensor, values in snakemake.params.ranges.items()}
    tables = {Path(path).parent.name: acquisition_table.read(path) for path in snakemake.input.tables}
    seen = {sensor: acquisition_table.used_dates(tables, sensor) for sensor in kinds}
    return {sensor: output_dates.basis(kinds[sensor], dates) for sensor, dates in seen.items() if dates}


def listed(kind: str, values: Sequence[Any]) -> CommonRange | SharedDates:
    """Return what the listing gave, in which dates are text."""
    day = datetime.date.fromisoformat
    if kind in ("own", "union"):
        dates, tile, other_tile, other_dates = values
        return SharedDates(tuple(map(day, dates)), tile, other_tile, tuple(map(day, other_dates)))
    start, end, late, early = values
    return CommonRange(day(start), day(end), late, early)


def main() -> None:
    """Connect the rule to :func:`landloom.timeseries.output_dates.output_dates`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    if snakemake.params.problems:
        raise InputError("\n".join(snakemake.params.problems))
    found, dates = bases(), {}
    for sensor, calendar in snakemake.params.calendars.items():
        if sensor not in found:
            raise InputError(output_dates.nothing_seen(sensor, (first, last)))
        bounds, basis = (calendar["start"], calendar["end"]), found[sensor]
        if isinstance(basis, SharedDates):
            chosen = output_dates.own_dates(sensor, basis, bounds, (first, last))
        else:
            chosen = output_dates.output_dates(sensor, basis, bounds, calendar["step_days"], (first, last))
        dates[sensor] = [date.isoformat() for date in chosen]
    write_text(snakemake.output.dates, json.dumps(dates, indent=1) + "\n")


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
