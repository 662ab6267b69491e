"""Count the classes of the maps of all runs in the objects of a tile."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

from landloom.core import nomenclature, parquet
from landloom.geo import grids, rasters
from landloom.jobs import job
from landloom.objects import majority
from landloom.objects.segments import Segments

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.objects.majority.count_classes`."""
    given = snakemake.input
    codes = nomenclature.read(snakemake.params.nomenclature).codes
    windows = list(grids.of_raster(given.objects).windows(2 * rasters.BLOCK))
    for labels, confidence, path in zip(given.classification, given.confidence, snakemake.output.votes, strict=True):
        with ExitStack() as files:
            segments = Segments(files, given.objects, given.regions, shared=True)
            pixel_map = majority.PixelMap(labels, confidence)
            parquet.write(majority.count_classes(segments, windows, pixel_map, codes), path)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
