"""Compare a tile's fused map, and those that it was made of, with the polygons that no run has seen."""

from typing import TYPE_CHECKING

from landloom.core import parquet
from landloom.fusion import accuracy as fusion_accuracy
from landloom.jobs import job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.fusion.accuracy.compare_held`."""
    names = fusion_accuracy.names_of(snakemake.input.maps, len(snakemake.params.runs))
    maps = dict(zip(names, snakemake.input.maps, strict=True)) | {fusion_accuracy.FUSED: snakemake.input.fused}
    comparison = fusion_accuracy.compare_held_out(parquet.read(snakemake.input.candidates), maps)
    parquet.write(comparison, snakemake.output.comparison)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
