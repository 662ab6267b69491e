"""Draw the zones of a vector map on its pixels."""

from typing import TYPE_CHECKING

from landloom.core import tables
from landloom.geo import grids, rasters
from landloom.jobs import job
from landloom.vector_maps import areas
from landloom.vector_maps.settings import ZoneSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.vector_maps.areas.write_zones`."""
    pixels = areas.write_zones(
        ZoneSettings(**snakemake.params.zones),
        grids.of_given_raster(snakemake.input.map),
        snakemake.output.zones,
        rasters.provenance("", snakemake.params.code),
    )
    rows = ((number, name, pixels[name]) for number, name in enumerate(pixels, 1))
    tables.write(snakemake.output.table, ("number", "name", "pixels"), rows)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
