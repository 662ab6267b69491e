"""Divide the territory among tiles and regions."""

from typing import TYPE_CHECKING

from landloom import grids, jobs, region_settings, territory, vectors

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.territory`."""
    tiles = dict(zip(snakemake.params.tiles, map(grids.load, snakemake.input.grids), strict=True))
    footprints = territory.collect_footprints(tiles)
    if snakemake.params.regions:
        regions = territory.read_regions(region_settings.RegionSettings(**snakemake.params.regions))
    else:
        regions = territory.whole_territory(footprints)
    territory.check_meetings(footprints, regions)
    layers = {"footprints": footprints, "owned": territory.owned_areas(footprints), "regions": regions}
    vectors.write_layers(snakemake.output.territory, layers)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
