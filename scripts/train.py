"""Train the model of a region and run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom import calendars, fitting, folds, jobs, model_settings, rasters, training
from landloom.errors import InputError
from landloom.models import files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main() -> None:
    """Connect the rule to :func:`landloom.fitting.fit`."""
    threads = jobs.limit_threads(snakemake.threads)
    region, run = snakemake.wildcards.region, int(snakemake.wildcards.run)
    number = snakemake.params.regions.index(region) + 1
    settings = model_settings.of_content(snakemake.params.model)

    def seed_of(member: int) -> int:
        keys = [snakemake.params.seed, run, number, *([member] if member else [])]
        return int(np.random.default_rng(keys).integers(2**31))

    def folds_of(samples: training.TrainingSet) -> np.ndarray:
        return folds_of_search(settings.search, samples, seed_of(0))

    try:
        samples = training.training_set(snakemake.input.samples, number, run)
        found, counts = np.unique(samples.codes, return_counts=True)
        shape = f"{len(samples.codes)} samples x {len(samples.names)} features"
        print(f"{shape}; per class {dict(zip(found, counts, strict=True))}", file=sys.stderr)
        fitted = fitting.fit(
            settings,
            samples,
            members_of(settings, samples, seed_of(0)),
            folds_of,
            seed_of,
            threads,
            rasters.provenance(snakemake.params.config, snakemake.params.code)
            | {calendars.MODEL_TAG: Path(snakemake.input.dates).read_text(encoding="utf-8")},
        )
    except InputError as error:
        raise InputError(f"region {region}, run {run}: {error}") from None
    files.save(fitted.model, snakemake.output.model)
    if fitted.search:
        fitted.search.write(snakemake.output.search)


def members_of(settings: model_settings.AnyTrained, samples: training.TrainingSet, seed: int) -> list[np.ndarray]:
    """Return the samples of each member of the model: all of them, unless the ground is to be dealt out."""
    limit_km2 = settings.largest_training_area_km2
    if limit_km2 is None:
        return [np.arange(len(samples.codes))]
    from landloom import training_ground  # with geopandas, which others do without

    areas_km2 = training_ground.areas_km2(snakemake.input.reference)
    members = fitting.deal_members(samples, areas_km2, limit_km2, seed)
    print(f"{len(members)} models of at most about {limit_km2:g} km2 of training polygons", file=sys.stderr)
    return members


def folds_of_search(search: model_settings.SearchSettings, samples: training.TrainingSet, seed: int) -> np.ndarray:
    """Return the fold of each sample in the search for parameters."""
    if search.groups == "polygon":
        return folds.of_polygons(samples.codes, samples.polygons, search.folds, seed)
    from landloom import training_ground  # with geopandas, which others do without

    blocks = training_ground.blocks_of(snakemake.input.reference, samples.polygons, search.block_m)
    return folds.of_blocks(samples.codes, blocks, search.folds, seed)


if __name__ == "__main__":
    with jobs.logged(snakemake.log[0], snakemake.rule, snakemake.resources.mem_mb):
        main()
