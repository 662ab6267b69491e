"""Train the model of a region and run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom import calendars, jobs, model_settings, rasters, training
from landloom.errors import InputError
from landloom.models import forest

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.models.forest.fit`."""
    threads = jobs.limit_threads(snakemake.threads)
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = snakemake.params.regions.index(region) + 1
    try:
        samples = training.training_set(snakemake.input.samples, number, run)
    except InputError as error:
        raise InputError(f"region {region}, run {run}: {error}") from None
    found, counts = np.unique(samples.codes, return_counts=True)
    shape = f"{len(samples.codes)} samples x {len(samples.names)} features"
    print(f"{shape}; per class {dict(zip(found, counts, strict=True))}", file=sys.stderr)
    settings = model_settings.RandomForestSettings(**snakemake.params.model)
    model = forest.fit(
        samples.features,
        samples.codes,
        samples.names,
        int(np.random.default_rng([snakemake.params.seed, run, number]).integers(2**31)),
        threads,
        settings.parameters(),
        rasters.provenance(snakemake.params.config, snakemake.params.code)
        | {calendars.MODEL_TAG: Path(snakemake.input.dates).read_text(encoding="utf-8")},
    )
    forest.save(model, snakemake.output.model)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
