"""Train the model of a target in a region and run."""

import json
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.jobs import job
from landloom.models import files, transfer
from landloom.reference.target_settings import TargetSettings
from landloom.timeseries import output_dates
from landloom.training import folds, value_fitting
from landloom.training import settings as model_settings
from landloom.training.members import seed_of
from landloom.training.registry import REGRESSORS
from landloom.training_set import gathering, training_set
from landloom.training_set import sources as training_samples

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.training.value_fitting.fit`."""
    given, params = snakemake.input, snakemake.params
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = params.regions.index(region) + 1
    target, threads = TargetSettings(**params.target), job.limit_threads(snakemake.threads)
    settings, seed = model_settings.of_content(params.model), seed_of([params.seed, run, number], 0)
    # Not among the outputs, which are removed where a job is killed: the next attempt goes on from here.
    unfinished = Path(f"{snakemake.output.model}.unfinished")
    request = gathering.Request(
        training_samples.Model(number, run, params.seed), int(snakemake.wildcards.year), params.regions, {}, {}
    )
    tables = gathering.Tables(params.tiles, given.samples, [], [], [], [])
    try:
        samples, sources = gathering.gather(request, tables, gathering.nothing_suspected(request))
        training_samples.write_sources(sources, snakemake.output.sources)
        print(training_set.described(samples), file=sys.stderr)
        plan = value_fitting.ValuePlan(
            settings,
            target,
            partial(folds.of_target, block_m=target.block_m, reference=given.reference),
            seed,
            threads,
            params.all_sensors,
            rasters.provenance(params.config, params.code)
            | {output_dates.MODEL_TAG: Path(given.dates).read_text(encoding="utf-8")}
            | {transfer.MODEL_TAG: json.dumps(params.embeddings)},
            unfinished,
        )
        model = value_fitting.fit(samples, plan)
    except InputError as error:
        raise InputError(f"region {region}, run {run}: {error}") from None
    files.save(model, snakemake.output.model)
    if settings.BY_EPOCHS:
        REGRESSORS.load(settings.family).write_epochs(model, snakemake.output.epochs)
    shutil.rmtree(unfinished, ignore_errors=True)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
