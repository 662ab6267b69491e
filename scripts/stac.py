"""Describe the maps of a year as a STAC item collection."""

import datetime
from typing import TYPE_CHECKING

from landloom.core import checksums, nomenclature
from landloom.jobs import job
from landloom.provenance import record as provenance
from landloom.provenance import stac_collection

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.provenance.stac_collection`."""
    first, last = map(datetime.date.fromisoformat, snakemake.params.period)
    path = snakemake.input.provenance
    items = stac_collection.collection(
        provenance.read(path),
        checksums.of_file(path),
        nomenclature.read(snakemake.input.nomenclature),
        (first, last),
        snakemake.params.runs,
    )
    stac_collection.write(items, snakemake.output.collection)


if __name__ == "__main__":
    with job.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
