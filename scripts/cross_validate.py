"""Predict the training samples of a region and run by models that have not seen them."""

import sys
from typing import TYPE_CHECKING

from landloom.accuracy import cross_validation, fold_assignment, permutation_importance
from landloom.accuracy.settings import CrossValidationSettings
from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.jobs import job
from landloom.models.training_data import TrainingSet
from landloom.reference import polygon_areas
from landloom.training import settings as model_settings
from landloom.training_set import training_set

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.cross_validation`."""
    threads = job.limit_threads(snakemake.threads)
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = snakemake.params.regions.index(region) + 1
    importance = snakemake.output.get("importance", [])
    try:
        found = training_set.training_set(snakemake.input.samples, number, run)
        samples = cross_validation.of_reference(found)
    except InputError as error:  # models may have samples from elsewhere
        print(f"region {region}, run {run} is not cross-validated: {error}", file=sys.stderr)
        parquet.write(cross_validation.nothing(), snakemake.output.predictions)
        permutation_importance.write(importance, None)
        return
    owners = [*snakemake.params.all_sensors, *snakemake.params.functions]
    if snakemake.params.sources:
        samples = training_set.of_sources(samples, snakemake.params.sources, owners)
    pixels = cross_validation.reference_pixels(snakemake.input.counts, region, run)
    weights = cross_validation.weights(samples.codes, pixels)
    groups = permutation_importance.groups_of(samples.names, owners)
    seed = cross_validation.seed_of(snakemake.params.seed, run, number)
    examiner = permutation_importance.Examiner(samples, weights, groups, seed)
    predictions = predicted(samples, examiner, threads)
    parquet.write(cross_validation.table(samples, predictions, pixels), snakemake.output.predictions)
    permutation_importance.write(importance, examiner)


def predicted(
    samples: TrainingSet, examiner: permutation_importance.Examiner, threads: int
) -> dict[str, cross_validation.OutOfFold]:
    """Connect the rule to :func:`landloom.accuracy.cross_validation.predict_all`."""
    settings = CrossValidationSettings(**snakemake.params.cross_validation)
    training = cross_validation.Training(
        settings.samples_per_class, examiner.seed, threads, snakemake.params.all_sensors
    )
    blocks = polygon_areas.blocks_of(snakemake.input.reference, samples.polygons, settings.block_m)
    folds = fold_assignment.folds_of(samples, blocks, settings, examiner.seed)
    model = model_settings.of_content(snakemake.params.model)
    examine = {"polygons": examiner} if settings.importance else {}
    return cross_validation.predict_all(model, samples, folds, training, examine)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
