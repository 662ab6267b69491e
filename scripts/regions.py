"""Draw which region's model maps each pixel of a tile."""

from typing import TYPE_CHECKING

from landloom.geo import ownership, rasters
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.geo.ownership.write_tile_regions`."""
    ownership.write_tile_regions(
        snakemake.input.territory,
        snakemake.wildcards.tile,
        snakemake.output.regions,
        rasters.provenance(snakemake.params.config, snakemake.params.code),
    )


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
