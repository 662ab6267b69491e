"""Find the pixels of a tile that an earlier map is sure of."""

from typing import TYPE_CHECKING

import pandas as pd

from landloom import grids, jobs, kernels, map_sample_settings, map_samples, nomenclature, tables

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.map_samples.find`."""
    kernels.prepare(map_samples.use_kernels)
    given, params = snakemake.input, snakemake.params
    layers = map_samples.Layers(given.classification, given.confidence, given.validity, given.regions, given.looks)
    settings = map_sample_settings.MapSampleSettings(**params.from_map)
    known = nomenclature.read(params.nomenclature).code_by_label()
    codes = tuple(sorted({known[str(label)] for label in settings.labels}))
    counts = pd.read_csv(given.counts, dtype={"region": str}, keep_default_na=False)
    numbers = map_samples.wanted_numbers(counts, params.regions, codes, settings.number)
    wanted = map_samples.Wanted(settings, codes, numbers, dict(enumerate(params.minimum_looks, 1)), params.seed)
    reference = tables.read(given.candidates)
    found = map_samples.find(snakemake.wildcards.tile, grids.load(given.grid), layers, reference, wanted)
    tables.write(found, snakemake.output.candidates)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
