"""Regularise a map: larger pixels, majority filter, minimum unit."""

from pathlib import Path
from typing import TYPE_CHECKING

from landloom.core import nomenclature
from landloom.geo import rasters
from landloom.jobs import compilation, job
from landloom.maps import styles
from landloom.vector_maps import regularised_map
from landloom.vector_maps.settings import VectorSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.vector_maps.regularised_map.write`."""
    compilation.prepare(regularised_map.use_kernels)
    job.limit_threads(snakemake.threads)
    classes = nomenclature.read(snakemake.input.nomenclature)
    work = regularised_map.Work.of(
        snakemake.input.classification, classes, VectorSettings(**snakemake.params.vectors)
    )
    tags = rasters.provenance(snakemake.params.config, snakemake.params.code)
    numbers = regularised_map.write(work, classes, Path(snakemake.output.map), tags)
    regularised_map.write_numbers(numbers, snakemake.output.numbers)
    styles.write_qgis_style(snakemake.output.style, classes)
    styles.write_sld(snakemake.output.sld, classes)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
