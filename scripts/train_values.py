"""Train the model of a target in a region and run."""

import json
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
    seed = seed_of([params.seed, run, number], 0)
    request = gathering.Request(
        training_samples.Model(number, run, params.seed), int(snakemake.wildcards.year), params.regions, {}, {}
    )
    tables = gathering.Tables(params.tiles, given.samples, [], [], [], [])
    try:
        samples, sources = gathering.gather(request, tables, gathering.nothing_suspected(request))
        training_samples.write_sources(sources, snakemake.output.sources)
        print(training_set.described(samples), file=sys.stderr)
        plan = value_fitting.ValuePlan(
            model_settings.of_content(params.model),
            target,
            partial(folds.of_target, target=target, reference=given.reference, seed=seed),
            seed,
            threads,
            params.all_sensors,
            rasters.provenance(params.config, params.code)
            | {output_dates.MODEL_TAG: Path(given.dates).read_text(encoding="utf-8")}
            | {transfer.MODEL_TAG: json.dumps(params.embeddings)},
        )
        model = value_fitting.fit(samples, plan)
    except InputError as error:
        raise InputError(f"region {region}, run {run}: {error}") from None
    files.save(model, snakemake.output.model)


if __name__ == "__main__":
    with job.recorded(snakemake):
        main()
