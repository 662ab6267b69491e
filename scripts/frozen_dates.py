"""Take the output dates of the gap filling from models that were trained before."""

import datetime
import json
from typing import TYPE_CHECKING

from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.jobs import job
from landloom.models import files, own_class_settings
from landloom.timeseries import output_dates

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.timeseries.output_dates.dates_of_models`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    for sensor in snakemake.params.unseen:
        raise InputError(output_dates.nothing_seen(sensor, (first, last)))
    own = own_class_settings.of_content(snakemake.params.get("own_class"))
    metadata = {path: files.load(path, own).metadata for path in snakemake.input.models}
    dates = output_dates.dates_of_models(metadata, (first, last))
    lacking = sorted(set(snakemake.params.sensors) ^ set(dates))
    if lacking:
        raise InputError(
            f"sensors.{lacking[0]}: the models have {sorted(dates)}; name the sensors as in their training"
        )
    write_text(snakemake.output.dates, json.dumps(dates, indent=1) + "\n")


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
