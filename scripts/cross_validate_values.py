"""Estimate the training samples of a target in a region and run by models that have not seen them."""

import sys
from typing import TYPE_CHECKING

from landloom.accuracy import cross_validation, fold_assignment, value_folds
from landloom.accuracy.settings import CrossValidationSettings
from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.jobs import job
from landloom.models.training_data import TrainingSet
from landloom.reference import polygon_areas
from landloom.reference.target_settings import TargetSettings
from landloom.training import settings as model_settings
from landloom.training.value_fitting import ValuePlan
from landloom.training_set import training_set

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.accuracy.value_folds.table`."""
    threads = job.limit_threads(snakemake.threads)
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = snakemake.params.regions.index(region) + 1
    try:
        samples = training_set.training_set(snakemake.input.samples, number, run)
    except InputError as error:
        print(f"region {region}, run {run} is not cross-validated: {error}", file=sys.stderr)
        parquet.write(value_folds.nothing(), snakemake.output.predictions)
        return
    settings = CrossValidationSettings(**snakemake.params.cross_validation)
    seed = cross_validation.seed_of(snakemake.params.seed, run, number)
    blocks = polygon_areas.blocks_of(snakemake.input.reference, samples.polygons, settings.block_m)
    folds = fold_assignment.folds_of(samples, blocks, settings, seed)
    pixels = cross_validation.reference_pixels(snakemake.input.counts, region, run)
    weights = cross_validation.weights(samples.codes, pixels)
    found = value_folds.table(samples, folds, weights, plan_of(seed, threads), settings.samples_per_class)
    parquet.write(found, snakemake.output.predictions)


def unused_folds(samples: TrainingSet) -> None:
    """Raise: cross-validation has folds of its own."""
    raise AssertionError("models of folds are not calibrated")


def plan_of(seed: int, threads: int) -> ValuePlan:
    """Return how the models of the folds are trained."""
    model = model_settings.of_content(snakemake.params.model)
    target = TargetSettings(**snakemake.params.target)
    return ValuePlan(model, target, unused_folds, seed, threads, snakemake.params.all_sensors, {})


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
