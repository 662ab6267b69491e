"""Train the model of a region and run."""

import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom.core import nomenclature, parquet
from landloom.core.errors import InputError
from landloom.geo import grids, rasters
from landloom.jobs import job as jobs
from landloom.models import files
from landloom.samples import augmentation, augmentation_settings, csv_files
from landloom.timeseries import output_dates
from landloom.training import fitting, fitting_reduced, folds
from landloom.training import settings as model_settings
from landloom.training_set import other_years, suspected_polygons, training_set
from landloom.training_set import sources as training_samples
from landloom.training_set.settings import SuspectedSettings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.training.fitting_reduced.fit`."""
    threads = jobs.limit_threads(snakemake.threads)
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = snakemake.params.regions.index(region) + 1
    settings = model_settings.of_content(snakemake.params.model)

    def seed_of(member: int) -> int:
        keys = [snakemake.params.seed, run, number, *([member] if member else [])]
        return int(np.random.default_rng(keys).integers(2**31))

    def folds_of(samples: training_set.TrainingSet) -> np.ndarray:
        return folds_of_search(settings.search, samples, seed_of(0))

    try:
        samples = gathered(training_samples.Model(number, run, snakemake.params.seed))
        if snakemake.params.sources:
            owners = [*snakemake.params.all_sensors, *snakemake.params.functions]
            samples = training_set.of_sources(samples, snakemake.params.sources, owners)
        found, counts = np.unique(samples.codes, return_counts=True)
        shape = f"{len(samples.codes)} samples x {len(samples.names)} features"
        print(f"{shape}; per class {dict(zip(found.tolist(), counts.tolist(), strict=True))}", file=sys.stderr)
        fitted = fitting_reduced.fit(
            settings,
            samples,
            fitting_reduced.how_to_reduce(settings, samples.names, snakemake.params.all_sensors),
            members_of(settings, samples, seed_of(0)),
            folds_of,
            seed_of,
            threads,
            rasters.provenance(snakemake.params.config, snakemake.params.code)
            | {output_dates.MODEL_TAG: Path(snakemake.input.dates).read_text(encoding="utf-8")},
        )
    except InputError as error:
        raise InputError(f"region {region}, run {run}: {error}") from None
    files.save(fitted.model, snakemake.output.model)
    if fitted.search:
        fitted.search.write(snakemake.output.search)


def members_of(settings: model_settings.AnyTrained, samples: training_set.TrainingSet, seed: int) -> list[np.ndarray]:
    """Return the samples of each member of the model: all of them, unless the ground is to be dealt out."""
    limit_km2 = settings.largest_training_area_km2
    if limit_km2 is None:
        return [np.arange(len(samples.codes))]
    from landloom.reference import polygon_areas  # with geopandas, which others do without

    areas_km2 = polygon_areas.areas_km2(snakemake.input.reference)
    members = fitting.assign_members(samples, areas_km2, limit_km2, seed)
    print(f"{len(members)} models of at most about {limit_km2:g} km2 of training polygons", file=sys.stderr)
    return members


def folds_of_search(
    search: model_settings.SearchSettings, samples: training_set.TrainingSet, seed: int
) -> np.ndarray:
    """Return the fold of each sample in the search for parameters."""
    if search.groups == "polygon":
        return folds.of_polygons(samples.codes, samples.polygons, search.folds, seed)
    from landloom.reference import polygon_areas as training_ground  # with geopandas, which others do without

    blocks = training_ground.blocks_of(snakemake.input.reference, samples.polygons, search.block_m)
    return folds.of_blocks(samples.codes, blocks, search.folds, seed)


def gathered(model: training_samples.Model) -> training_set.TrainingSet:
    """Gather the samples, and write where they come from."""
    params = snakemake.params.samples
    codes = nomenclature.read(snakemake.params.nomenclature).code_by_label() if params else {}
    regions = snakemake.params.regions
    copies = csv_files.read_copies(params["copies"], codes, regions) if "copies" in params else []
    suspected = left_out()
    of_other_years = year_samples(params, codes, model.run, suspected) if "source_years" in params else None

    def portions_of(number: int) -> list[training_set.Portion]:
        found = training_set.portions(snakemake.input.samples, number, model.run)
        own = suspected_polygons.without(found, suspected[int(snakemake.wildcards.year)])
        return other_years.added(own, number, of_other_years) if of_other_years else own

    samples, sources = training_samples.collect(
        portions_of, model, copies, how_to_augment(params.get("augmentation"), codes), regions
    )
    for one in sources:
        print(f"class {one.code}, {one.origin}: {one.samples} samples {one.note}".rstrip(), file=sys.stderr)
    training_samples.write_sources(sources, snakemake.output.sources)
    return samples


def left_out() -> dict[int, np.ndarray]:
    """Return the suspicious polygons of all regions, where they are left out, of each year that trains."""
    years = [int(snakemake.wildcards.year), *snakemake.params.samples.get("source_years", [])]
    if not snakemake.params.suspected:
        return dict.fromkeys(years, np.zeros(0, np.int64))
    settings = SuspectedSettings(**snakemake.params.suspected)
    found = [
        suspected_polygons.polygons(parquet.read(path), settings).polygon
        for path in snakemake.input.cross_validations
    ]
    regions = len(snakemake.params.regions)
    suspected = {
        year: np.unique(np.concatenate(found[position * regions : (position + 1) * regions]))
        for position, year in enumerate(years)
    }
    for year, polygons in suspected.items():
        print(f"{year}: {len(polygons)} suspicious polygons, of all regions, are left out", file=sys.stderr)
    return suspected


def how_to_augment(settings: dict | None, codes: dict[str, int]) -> augmentation.Augmentation | None:
    """Return how samples are made, if any are."""
    if settings is None:
        return None
    typed = augmentation_settings.AugmentationSettings(**settings)
    return augmentation.Augmentation(typed, csv_files.read_numbers(typed.numbers, codes) if typed.numbers else {})


def year_samples(
    params: dict, codes: dict[str, int], run: int, suspected: dict[int, np.ndarray]
) -> other_years.YearSamples:
    """Return what other years lend to the job's model."""
    tiles = snakemake.params.tiles
    year, annual = int(snakemake.wildcards.year), params.get("annual")
    keys = list(product(params["source_years"], tiles))
    positions = product([year, *params["source_years"]], tiles)
    files = other_years.SourceYearFiles(
        dict(zip(keys, snakemake.input.lent_samples, strict=True)),
        dict(zip(keys, snakemake.input.lent_candidates, strict=True)),
    )
    return other_years.YearSamples(
        year,
        run,
        params.get("years", [year]),
        (annual["year"], tuple(codes[str(label)] for label in annual["labels"])) if annual else None,
        params["one_file"],
        files,
        other_years.tested_places(dict(zip(tiles, snakemake.input.tests, strict=True)), run),
        suspected,
        {position: grids.load(path) for position, path in zip(positions, snakemake.input.grids, strict=True)},
    )


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
