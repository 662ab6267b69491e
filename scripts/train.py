"""Train the model of a region and run."""

import json
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.context import agreement
from landloom.context import training as context_training
from landloom.core import nomenclature
from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.jobs import job
from landloom.models import files, transfer
from landloom.models.file_arrays import Store
from landloom.models.settings import TrainedSettings
from landloom.models.training_data import TrainingSet
from landloom.timeseries import output_dates
from landloom.training import fitting, folds
from landloom.training import settings as model_settings
from landloom.training.members import members_of, seed_of
from landloom.training.registry import TRAINERS
from landloom.training_set import gathering, suspected_polygons, training_set
from landloom.training_set import sources as training_samples
from landloom.training_set.settings import SuspectedSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

PARTS = 3
"""Of the memory that a job may use, of which samples get one where they may as well lie in a file."""


def main() -> None:
    """Connect the rule to :func:`landloom.training.fitting.fit`."""
    given, params = snakemake.input, snakemake.params
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    keys = [params.seed, run, params.regions.index(region) + 1]
    settings, threads = model_settings.of_content(params.model), job.limit_threads(snakemake.threads)
    # Not among the outputs, which are removed where a job is killed: the next attempt goes on from here.
    unfinished = Path(f"{snakemake.output.model}.unfinished")
    try:
        samples = gathered(training_samples.Model(keys[2], run, params.seed), store_of(settings, unfinished))
        plan = fitting.TrainingPlan(
            settings,
            members_of(samples, settings, given.reference, seed_of(keys, 0)),
            partial(folds.of_search, search=settings.search, reference=given.reference, seed=seed_of(keys, 0)),
            partial(seed_of, keys),
            threads,
            params.all_sensors,
            rasters.provenance(params.config, params.code)
            | {output_dates.MODEL_TAG: Path(given.dates).read_text(encoding="utf-8")}
            | {transfer.MODEL_TAG: json.dumps(params.embeddings)}
            | {nomenclature.MODEL_TAG: json.dumps(nomenclature.read(params.nomenclature).label_by_code())},
            unfinished,
        )
        fitted = fitted_context(samples, plan) if params.context else fitting.fit(samples, plan)
    except InputError as error:
        raise InputError(f"region {region}, run {run}: {error}") from None
    files.save(fitted.model, snakemake.output.model)
    if fitted.search:
        fitted.search.write(snakemake.output.search)
    if settings.BY_EPOCHS:
        TRAINERS.load(settings.family).write_epochs(fitted.model, snakemake.output.epochs)
    shutil.rmtree(unfinished, ignore_errors=True)


def fitted_context(samples: TrainingSet, plan: fitting.TrainingPlan) -> context_training.FittedContext:
    """Train the models of all iterations of auto-context, and write what each came to."""
    around = context_training.surroundings(
        samples, dict(zip(snakemake.params.tiles, snakemake.input.context, strict=True))
    )
    fitted = context_training.fit(samples, around, plan, agreement.of_content(snakemake.params.context))
    context_training.write_steps(fitted.steps, snakemake.output.steps)
    return fitted


def store_of(settings: TrainedSettings, folder: Path) -> Store | None:
    """Return where features lie of a classifier that reads some samples at a time: in a file, if memory is short."""
    allowed_mb = job.planned_mb(snakemake.resources.mem_mb, 1)
    return Store(folder / "samples", allowed_mb * 10**6 // PARTS) if settings.BY_EPOCHS else None


def gathered(model: training_samples.Model, store: Store | None) -> TrainingSet:
    """Connect the rule to :func:`landloom.training_set.gathering.gather`, and write where samples come from."""
    given, params = snakemake.input, snakemake.params
    codes = nomenclature.read(params.nomenclature).code_by_label() if params.samples else {}
    request = gathering.Request(model, int(snakemake.wildcards.year), params.regions, params.samples, codes)
    doubt = SuspectedSettings(**params.suspected) if params.suspected else None
    suspected = suspected_polygons.by_year(given.cross_validations, [request.year, *request.source_years], doubt)
    tables = gathering.Tables(
        params.tiles,
        given.samples,
        given.lent_samples,
        given.lent_candidates,
        given.tests,
        given.grids,
        [given.series] if given.series else [],
    )
    samples, sources = gathering.gather(request, tables, suspected, store)
    training_samples.write_sources(sources, snakemake.output.sources)
    if params.sources:
        samples = training_set.of_sources(samples, params.sources, [*params.all_sensors, *params.functions])
    print(training_set.described(samples), file=sys.stderr)
    return samples


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
