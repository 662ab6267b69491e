"""Find the reference pixels of a tile and, unless that is done, draw which region's model maps each pixel."""

from typing import TYPE_CHECKING

from landloom.core import parquet
from landloom.geo import grids, ownership, rasters, vectors
from landloom.jobs import job
from landloom.reference.reference_pixels import find_candidates

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.reference.reference_pixels.find_candidates`."""
    found = find_candidates(
        vectors.read_layer(snakemake.input.polygons, "polygons"),
        grids.load(snakemake.input.grid),
        regions_of_tile(),
        snakemake.input.validity,
    )
    parquet.write(found, snakemake.output.candidates)


def regions_of_tile() -> str:
    """Return the raster of the tile's regions: one that is there where models are frozen, else it is drawn."""
    drawn = snakemake.input.get("regions")
    if drawn:
        return str(drawn)
    tags = rasters.provenance(snakemake.params.config, snakemake.params.regions_code)
    path, territory = snakemake.output.regions, snakemake.input.territory
    ownership.write_tile_regions(territory, snakemake.wildcards.tile, path, tags)
    return str(path)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
