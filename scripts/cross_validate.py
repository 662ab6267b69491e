"""Predict the training samples of a region and run by models that have not seen them."""

from typing import TYPE_CHECKING

import numpy as np

from landloom import cross_validation, jobs, model_settings, tables, training, training_ground
from landloom.errors import InputError
from landloom.quality_settings import CrossValidationSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.cross_validation`."""
    threads = jobs.limit_threads(snakemake.threads)
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = snakemake.params.regions.index(region) + 1
    model = model_settings.of_content(snakemake.params.model)
    settings = CrossValidationSettings(**snakemake.params.cross_validation)
    seed = int(np.random.default_rng([snakemake.params.seed, run, number, len("cross")]).integers(2**31))
    try:
        samples = training.training_set(snakemake.input.samples, number, run)
        if snakemake.params.sensors:
            samples = training.of_sensors(samples, snakemake.params.sensors, snakemake.params.all_sensors)
        blocks = training_ground.blocks_of(snakemake.input.reference, samples.polygons, settings.block_m)
        found = {
            scheme: cross_validation.predict(model, samples, fold, settings.samples_per_class, seed, threads)
            for scheme, fold in cross_validation.folds_of(samples, blocks, settings, seed).items()
        }
    except InputError as error:
        raise InputError(f"region {region}, run {run}: {error}") from None
    tables.write(cross_validation.table(samples, found), snakemake.output.predictions)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
