"""Predict the training samples of a region and run by models that have not seen them."""

import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from landloom.accuracy import cross_validation, permutation_importance
from landloom.accuracy.settings import CrossValidationSettings
from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.jobs import job as jobs
from landloom.reference import polygon_areas
from landloom.training import fitting_reduced
from landloom.training import settings as model_settings
from landloom.training_set import training_set

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :mod:`landloom.accuracy.cross_validation`."""
    threads = jobs.limit_threads(snakemake.threads)
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = snakemake.params.regions.index(region) + 1
    model = model_settings.of_content(snakemake.params.model)
    settings = CrossValidationSettings(**snakemake.params.cross_validation)
    seed = int(np.random.default_rng([snakemake.params.seed, run, number, len("cross")]).integers(2**31))
    try:
        samples = cross_validation.of_reference(training_set.training_set(snakemake.input.samples, number, run))
    except InputError as error:  # models may have samples from elsewhere
        print(f"region {region}, run {run} is not cross-validated: {error}", file=sys.stderr)
        parquet.write(cross_validation.nothing(), snakemake.output.predictions)
        write_importance(None)
        return
    owners = [*snakemake.params.all_sensors, *snakemake.params.functions]
    if snakemake.params.sources:
        samples = training_set.of_sources(samples, snakemake.params.sources, owners)
    blocks = polygon_areas.blocks_of(snakemake.input.reference, samples.polygons, settings.block_m)
    how = fitting_reduced.how_to_reduce(model, samples.names, snakemake.params.all_sensors)
    pixels = reference_pixels(region, run)
    weights = cross_validation.weights(samples.codes, pixels)
    groups = permutation_importance.groups_of(samples.names, owners)
    examiner = permutation_importance.Examiner(samples, weights, groups, seed)
    examine = {"polygons": examiner} if settings.importance else {}
    most = settings.samples_per_class
    found = {
        scheme: cross_validation.predict(
            model, samples, fold, most, seed, threads, how, examine.get(scheme, cross_validation.ignore)
        )
        for scheme, fold in cross_validation.folds_of(samples, blocks, settings, seed).items()
    }
    parquet.write(cross_validation.table(samples, found, pixels), snakemake.output.predictions)
    write_importance(examiner)


def write_importance(examiner: permutation_importance.Examiner | None) -> None:
    """Write what sensors, dates and bands bring, where it is asked for; nothing is known without cross-validation."""
    for path in snakemake.output.get("importance", []):
        found = examiner.table() if examiner else permutation_importance.table([], [])
        write_text(path, permutation_importance.as_csv(found))


def reference_pixels(region: str, run: int) -> dict[int, int]:
    """Return how many reference pixels of each class there are in the region."""
    counts = pd.read_csv(snakemake.input.counts, dtype={"region": str}, keep_default_na=False)
    here = counts[(counts.run == run) & (counts.region == region)]
    return dict(zip(here.code.tolist(), here.reference_pixels.tolist(), strict=True))


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
