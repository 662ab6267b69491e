"""Describe the maps of a year as a STAC item collection."""

import datetime
from typing import TYPE_CHECKING

from landloom import checksums, jobs, nomenclature, provenance, stac

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.stac`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    path = snakemake.input.provenance
    items = stac.collection(
        provenance.read(path),
        checksums.of_file(path),
        nomenclature.read(snakemake.input.nomenclature),
        (first, last),
        snakemake.params.runs,
    )
    stac.write(items, snakemake.output.collection)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
