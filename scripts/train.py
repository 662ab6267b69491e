"""Train the model of a region and run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from landloom import (
    annual_crops,
    augmentation,
    augmentation_settings,
    calendars,
    jobs,
    model_settings,
    nomenclature,
    rasters,
    sample_files,
    tables,
    training,
    training_samples,
)
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
        samples = gathered(training_samples.Model(number, run, snakemake.params.seed))
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


def gathered(model: training_samples.Model) -> training.TrainingSet:
    """Gather the samples, and write where they come from."""
    params = snakemake.params.samples
    codes = nomenclature.read(snakemake.params.nomenclature).code_by_label() if params else {}
    regions = snakemake.params.regions
    copies = sample_files.read_copies(params["copies"], codes, regions) if "copies" in params else []
    annual = annual_source(params["annual"], codes, model.run) if "annual" in params else None

    def portions_of(number: int) -> list[training.Portion]:
        own = training.portions(snakemake.input.samples, number, model.run)
        if annual is None:
            return own
        other = training.portions(snakemake.input.annual_samples, number, model.run)
        return annual_crops.exchanged(own, other, annual)

    samples, sources = training_samples.collect(
        portions_of, model, copies, how_to_augment(params.get("augmentation"), codes), regions
    )
    for one in sources:
        print(f"class {one.code}, {one.origin}: {one.samples} samples {one.note}".rstrip(), file=sys.stderr)
    training_samples.write_sources(sources, snakemake.output.sources)
    return samples


def how_to_augment(settings: dict | None, codes: dict[str, int]) -> augmentation.Augmentation | None:
    """Return how samples are made, if any are."""
    if settings is None:
        return None
    typed = augmentation_settings.AugmentationSettings(**settings)
    return augmentation.Augmentation(typed, sample_files.read_numbers(typed.numbers, codes) if typed.numbers else {})


def annual_source(settings: dict, codes: dict[str, int], run: int) -> annual_crops.AnnualSource:
    """Return which classes come from another year, and what they must not overlap."""
    tested = {}
    for tile, path in zip(snakemake.params.tiles, snakemake.input.annual_tests, strict=True):
        # What is in no run tests maps that are fused.
        columns = ["row", "column", f"test{run}", "held"]
        found = tables.read_columns(path, columns, [(f"run{run}", "==", False)])
        found = found.filter(pc.or_(found[f"test{run}"], found["held"]))
        tested[tile] = annual_crops.places(*(found[name].to_numpy() for name in ("row", "column")))
    labels = tuple(codes[str(label)] for label in settings["labels"])
    return annual_crops.AnnualSource(settings["year"], labels, tested)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
