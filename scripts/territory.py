"""Divide the territory among tiles and regions."""

from typing import TYPE_CHECKING

from landloom.geo import grids, ownership, region_settings, vectors
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.geo.ownership`."""
    tiles = dict(zip(snakemake.params.tiles, map(grids.load, snakemake.input.grids), strict=True))
    footprints = ownership.collect_footprints(tiles)
    if snakemake.params.regions:
        regions = ownership.read_regions(region_settings.RegionSettings(**snakemake.params.regions))
    else:
        regions = ownership.whole_territory(footprints)
    ownership.check_meetings(footprints, regions)
    layers = {"footprints": footprints, "owned": ownership.owned_areas(footprints), "regions": regions}
    vectors.write_layers(snakemake.output.territory, layers)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
