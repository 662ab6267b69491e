"""The training set of a job, gathered from the tables of its own year and of others."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from landloom.geo import grids
from landloom.models.file_arrays import Store
from landloom.models.training_data import TrainingSet
from landloom.samples import csv_files
from landloom.samples.augmentation import Augmentation
from landloom.samples.augmentation_settings import AugmentationSettings
from landloom.training_set import other_years, sources, suspected_polygons, training_set
from landloom.training_set.other_years import SourceYearFiles, YearSamples
from landloom.training_set.sources import Model, Source
from landloom.training_set.training_set import Portion

Files = Sequence[Path | str]


@dataclass(frozen=True)
class Request:
    """Which training set is wanted.

    Attributes
    ----------
    model : Model
        That it trains.
    year : int
        That is mapped.
    regions : sequence of str
        In the order of their numbers.
    parts : dict
        The part of the section `samples` that the model depends on beside the draws
        (:meth:`landloom.samples.settings.SampleSettings.of_model`), and ``one_file``: whether one file has the
        polygons of all years.
    codes : dict of label: code
    """

    model: Model
    year: int
    regions: Sequence[str]
    parts: Mapping[str, Any]
    codes: Mapping[str, int]

    @property
    def source_years(self) -> list[int]:
        """Return the other years that samples come from."""
        return list(self.parts.get("source_years", []))


@dataclass(frozen=True)
class Tables:
    """The tables that a training set is gathered from, tile by tile.

    Attributes
    ----------
    tiles : sequence of str
    samples : sequence of path
        Of the year that is mapped; those of an earlier map may follow.
    source_samples, source_candidates : sequence of path
        Of the source years, year by year.
    tests : sequence of path
        Candidates of the year that is mapped.
    grids : sequence of path
        Of the year that is mapped and of the source years, year by year.
    series : sequence of path
        Of the samples that the user's own table of series has; they train beside the others.
    """

    tiles: Sequence[str]
    samples: Files
    source_samples: Files
    source_candidates: Files
    tests: Files
    grids: Files
    series: Files = ()


def gather(
    request: Request, tables: Tables, suspected: Mapping[int, np.ndarray], store: Store | None = None
) -> tuple[TrainingSet, list[Source]]:
    """Gather the training set of a model, and tell in the log where it comes from.

    Parameters
    ----------
    request : Request
    tables : Tables
    suspected : dict of year: ndarray of int64
        Polygons that are left out: see :func:`landloom.training_set.suspected_polygons.by_year`.
    store : Store or None
        Where features lie; in memory without one.

    Returns
    -------
    samples : TrainingSet
    sources : list of Source

    Raises
    ------
    InputError
        Where there is no sample, or only one class; where a file of the section or another year's table is faulty.
    """
    parts, codes = request.parts, request.codes
    copies = csv_files.read_copies(parts["copies"], codes, request.regions) if "copies" in parts else []
    of_other_years = year_samples(request, tables, suspected) if "source_years" in parts else None

    def portions_of(number: int) -> list[Portion]:
        found = training_set.portions(tables.samples, number, request.model.run)
        own = suspected_polygons.without(found, suspected[request.year])
        drawn = other_years.added(own, number, of_other_years) if of_other_years else own
        # Copies are of drawn samples alone.
        series = tables.series if number == request.model.region else ()
        return drawn + [training_set.of_series(path, number, drawn) for path in series]

    augmentation = augmentation_of(parts.get("augmentation"), codes)
    samples, found = sources.collect(portions_of, request.model, copies, augmentation, request.regions, store)
    for one in found:
        print(f"class {one.code}, {one.origin}: {one.samples} samples {one.note}".rstrip(), file=sys.stderr)
    return samples, found


def nothing_suspected(request: Request) -> dict[int, np.ndarray]:
    """Return no polygon for each year that trains: all are used."""
    return {year: np.zeros(0, np.int64) for year in [request.year, *request.source_years]}


def augmentation_of(content: Mapping[str, Any] | None, codes: Mapping[str, int]) -> Augmentation | None:
    """Return how samples are made, if any are.

    Parameters
    ----------
    content : dict or None
        The section `samples.augmentation`, dumped to plain values.
    codes : dict of label: code
    """
    if content is None:
        return None
    settings = AugmentationSettings(**content)
    return Augmentation(settings, csv_files.read_numbers(settings.numbers, codes) if settings.numbers else {})


def year_samples(request: Request, tables: Tables, suspected: Mapping[int, np.ndarray]) -> YearSamples:
    """Return the samples of other years for a model; the parameters are those of :func:`gather`."""
    parts, run, annual = request.parts, request.model.run, request.parts.get("annual")
    keys = list(product(request.source_years, tables.tiles))
    positions = product([request.year, *request.source_years], tables.tiles)
    files = SourceYearFiles(
        dict(zip(keys, tables.source_samples, strict=True)),
        dict(zip(keys, tables.source_candidates, strict=True)),
    )
    return YearSamples(
        request.year,
        run,
        parts.get("years", [request.year]),
        (annual["year"], tuple(request.codes[str(label)] for label in annual["labels"])) if annual else None,
        parts["one_file"],
        files,
        other_years.tested_places(dict(zip(tables.tiles, tables.tests, strict=True)), run),
        suspected,
        {position: grids.load(Path(path)) for position, path in zip(positions, tables.grids, strict=True)},
    )
