"""Find the pixels of a tile that an earlier map is sure of."""

from typing import TYPE_CHECKING

from landloom.core import nomenclature, parquet
from landloom.core.tables import read_frame
from landloom.geo import grids
from landloom.jobs import compilation, job
from landloom.samples import earlier_map, earlier_map_settings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.samples.earlier_map.find`."""
    compilation.prepare(earlier_map.use_kernels)
    given, params = snakemake.input, snakemake.params
    layers = earlier_map.Layers(
        given.classification, given.confidence, given.validity, given.regions, given.observations
    )
    settings = earlier_map_settings.MapSampleSettings(**params.from_map)
    known = nomenclature.read(params.nomenclature).code_by_label()
    codes = tuple(sorted({known[str(label)] for label in settings.labels}))
    counts = read_frame(given.counts)
    numbers = earlier_map.wanted_numbers(counts, params.regions, codes, settings.number)
    wanted = earlier_map.Wanted(
        settings, codes, numbers, dict(enumerate(params.minimum_observations, 1)), params.seed
    )
    reference = parquet.read(given.candidates)
    found = earlier_map.find(snakemake.wildcards.tile, grids.load(given.grid), layers, reference, wanted)
    parquet.write(found, snakemake.output.candidates)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
