"""Compare the tiles of a run where their grounds meet."""

from typing import TYPE_CHECKING

from landloom.checks import seams
from landloom.core.files import of_tiles, write_text
from landloom.geo import ownership, vectors
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.checks.seams.compare`."""
    footprints = vectors.read_layer(snakemake.input.territory, "footprints")
    tiles = snakemake.params.tiles
    files = zip(snakemake.input.classifications, of_tiles(snakemake.params.regions, tiles), strict=True)
    maps = {tile: seams.TileMap(*paths) for tile, paths in zip(tiles, files, strict=True)}
    neighbours = {tile: list(ownership.neighbours(footprints, tile)) for tile in tiles}
    write_text(snakemake.output.seams, seams.as_csv(seams.compare(maps, neighbours)))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
