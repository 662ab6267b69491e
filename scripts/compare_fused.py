"""Compare each map of a tile with the test polygons that tell how far it is believed."""

from typing import TYPE_CHECKING

from landloom.core import parquet
from landloom.fusion import accuracy as fusion_accuracy
from landloom.geo import grids
from landloom.jobs import job
from landloom.maps import fused

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.fusion.accuracy.compare_for_beliefs`."""
    for path in snakemake.input.maps:
        fused.check_raster(path, grids.load(snakemake.input.grid))
    candidates = parquet.read(snakemake.input.candidates)
    found = fusion_accuracy.compare_for_beliefs(candidates, snakemake.input.maps, len(snakemake.params.runs))
    parquet.write(found, snakemake.output.comparison)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
