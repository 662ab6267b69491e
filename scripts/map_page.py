"""Write the page of a year's maps."""

import datetime
from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.jobs import job
from landloom.provenance import source_credits
from landloom.reference.target_settings import TargetSettings
from landloom.viewer import page
from landloom.viewer.legends import Context

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def context() -> Context:
    """Return what the legends go by."""
    given, params = snakemake.input, snakemake.params
    if params.target:
        return Context(target=TargetSettings(**params.target))
    return Context(nomenclature.read(given.nomenclature[0]), params.groups)


def main() -> None:
    """Connect the rule to :func:`landloom.viewer.page.write`."""
    params = snakemake.params
    first, last = map(datetime.date.fromisoformat, params.period)
    makers = source_credits.of_configuration({"sensors": params.sensors})
    edition = page.Edition(params.title, snakemake.wildcards.year, (first, last), makers)
    page.write(edition, snakemake.input.maps, context(), snakemake.output.page)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
