"""Search APIs for the STAC items of a tile."""

import datetime
from typing import TYPE_CHECKING

from landloom.jobs import job
from landloom.sensors.stac import search as stac_search
from landloom.sensors.stac.settings import StacSearch

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.sensors.stac.search.search`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    for path, (settings, box) in zip(snakemake.output, snakemake.params.searches, strict=True):
        stac_search.search(StacSearch(**settings), snakemake.wildcards.tile, box, (first, last)).write(path)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
