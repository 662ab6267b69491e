"""Survey the archive of a tile: its products, its pixel grid, how often each pixel is seen clear."""

import datetime
import sys
from typing import TYPE_CHECKING

from landloom import config, grids, jobs, looks, rasters, survey

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.survey.survey`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    grid, found, validity = survey.survey(
        config.sensors(snakemake.params.sensors),
        snakemake.wildcards.tile,
        (first, last),
        snakemake.params.on_bad_product,
        snakemake.threads,
    )
    for look in found:
        if look.problem:
            print(f"warning: left out: {look.problem}", file=sys.stderr)
    grids.save(grid, snakemake.output.grid)
    tags = rasters.provenance(snakemake.params.config, snakemake.params.code)
    survey.write_validity(validity, grid, snakemake.output.validity, tags)
    looks.write_looks(found, snakemake.output.table)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
