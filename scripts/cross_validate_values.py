"""Estimate the training samples of a target in a region and run by models that have not seen them."""

import sys
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from landloom.accuracy import cross_validation, fold_assignment, permutation_importance, value_folds
from landloom.accuracy.settings import CrossValidationSettings
from landloom.accuracy.value_importance import Explained
from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.jobs import job
from landloom.models.training_data import TrainingSet
from landloom.reference import polygon_areas
from landloom.reference.target_settings import TargetSettings
from landloom.training import folds
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
    importance = snakemake.output.get("importance", [])
    try:
        samples = training_set.training_set(snakemake.input.samples, number, run)
    except InputError as error:
        print(f"region {region}, run {run} is not cross-validated: {error}", file=sys.stderr)
        parquet.write(value_folds.nothing(), snakemake.output.predictions)
        permutation_importance.write(importance, None)
        return
    settings = CrossValidationSettings(**snakemake.params.cross_validation)
    seed = cross_validation.seed_of(snakemake.params.seed, run, number)
    blocks = polygon_areas.blocks_of(snakemake.input.reference, samples.polygons, settings.block_m)
    fold_of_sample = fold_assignment.folds_of(samples, blocks, settings, seed)
    pixels = cross_validation.reference_pixels(snakemake.input.counts, region, run)
    weights = cross_validation.weights(samples.codes, pixels)
    plan, examiner = plan_of(seed, threads), examiner_of(samples, weights, seed)
    examine = {"polygons": examiner} if importance else {}
    found = value_folds.table(samples, fold_of_sample, weights, plan, settings.samples_per_class, examine)
    parquet.write(found, snakemake.output.predictions)
    permutation_importance.write(importance, examiner)


def examiner_of(samples: TrainingSet, weights: np.ndarray, seed: int) -> permutation_importance.Examiner:
    """Return what examines the models of folds: how much of R2 sensors, dates and bands bring."""
    owners = [*snakemake.params.all_sensors, *snakemake.params.functions]
    groups = permutation_importance.groups_of(samples.names, owners)
    score = Explained.of(samples, weights, TargetSettings(**snakemake.params.target))
    return permutation_importance.Examiner(samples, weights, groups, seed, score)


def plan_of(seed: int, threads: int) -> ValuePlan:
    """Return how the models of the folds are trained."""
    model = model_settings.of_content(snakemake.params.model)
    target = TargetSettings(**snakemake.params.target)
    # Not those of the cross-validation: they judge a network while it is fitted.
    folds_of = partial(folds.of_target, block_m=target.block_m, reference=snakemake.input.reference)
    return ValuePlan(model, target, folds_of, seed, threads, snakemake.params.all_sensors, {})


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
