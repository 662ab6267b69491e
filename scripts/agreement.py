"""Map where a tile's map agrees with the reference."""

from typing import TYPE_CHECKING

from landloom.accuracy import agreement_map
from landloom.core import parquet
from landloom.geo import rasters
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.accuracy.agreement_map.write`."""
    agreement_map.write(
        parquet.read(snakemake.input.candidates),
        int(snakemake.wildcards.run),
        snakemake.input.classification,
        snakemake.output.agreement,
        rasters.provenance(snakemake.params.config, snakemake.params.code),
    )


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
