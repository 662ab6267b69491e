"""Take the output dates of the gap filling from models that were trained before."""

import datetime
import json
from typing import TYPE_CHECKING

from landloom import calendars, jobs
from landloom.errors import InputError
from landloom.files import write_text
from landloom.models import files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.calendars.dates_of_models`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    for sensor in snakemake.params.unseen:
        raise InputError(calendars.nothing_seen(sensor, (first, last)))
    metadata = {path: files.load(path).metadata for path in snakemake.input.models}
    dates = calendars.dates_of_models(metadata, (first, last))
    lacking = sorted(set(snakemake.params.sensors) ^ set(dates))
    if lacking:
        raise InputError(
            f"sensors.{lacking[0]}: the models have {sorted(dates)}; name the sensors as in their training"
        )
    write_text(snakemake.output.dates, json.dumps(dates, indent=1) + "\n")


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
