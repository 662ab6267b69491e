"""Score the regularised map beside the map itself, at the same test pixels."""

from pathlib import Path
from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.core.files import of_tiles, write_text
from landloom.core.tables import frame_text
from landloom.geo import grids
from landloom.jobs import job
from landloom.vector_maps import accuracy
from landloom.vector_maps.accuracy import MAP, REGULARISED, TileReference

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.vector_maps.accuracy`."""
    given, params = snakemake.input, snakemake.params
    files = of_tiles(params.grids, params.tiles)
    tiles = [
        TileReference(candidates, grids.load(Path(grid)))
        for candidates, grid in zip(given.candidates, files, strict=True)
    ]
    maps = {MAP: given.classification, REGULARISED: given.regularised}
    found = accuracy.scores(
        accuracy.compare(tiles, maps, params.tested or None), nomenclature.read(params.nomenclature).codes
    )
    write_text(snakemake.output.scores, frame_text(found))


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
