"""Sources of a report: input files of other rules and their content."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from landloom.accuracy import class_counts
from landloom.checks import evaluation
from landloom.checks.evaluation import Evaluated
from landloom.core import nomenclature
from landloom.core.nomenclature import Nomenclature
from landloom.core.tables import read_frame
from landloom.features.static_rasters import table as static_raster_tables
from landloom.features.static_rasters.table import Found
from landloom.geo import grids, vectors
from landloom.geo.grids import Grid
from landloom.jobs import costs
from landloom.jobs.usage import Usage
from landloom.reading import counted_values
from landloom.reading.counted_values import ValueCount
from landloom.report import comparisons
from landloom.report.comparisons import Comparisons, first_run
from landloom.survey import acquisition_table, shift_table, value_table
from landloom.survey.acquisition_table import AcquisitionRecord
from landloom.survey.shift_table import Shift
from landloom.survey.value_table import ValueRecord
from landloom.training_set import training_set

UNITS = ("pixels", "polygons")
GROUPS = "groups_"
"""Prefix of the names of confusion matrices of groups."""

CONFUSIONS = (*UNITS, *(f"{GROUPS}{unit}" for unit in UNITS))


@dataclass(frozen=True)
class Edition:
    """Subject of a report.

    Attributes
    ----------
    title : str
    year : str
    period : (date, date)
        First and last day.
    configuration : dict
        Shown on the page unchanged.
    """

    title: str
    year: str
    period: tuple[datetime.date, datetime.date]
    configuration: Mapping[str, Any]


@dataclass(frozen=True)
class TileFiles:
    """Files of one tile; counts are in the order of the runs.

    Shifts exist only with co-registration, values of samples only where samples of tiles train.
    """

    tile: str
    acquisitions: Path | str
    grid: Path | str
    counts: Sequence[Path | str]
    shifts: Path | str | None = None
    values: Path | str | None = None
    sample_values: Path | str | None = None
    map_values: Path | str | None = None


@dataclass(frozen=True)
class YearFiles:
    """Files of a year; confusion matrices of the displayed run by unit; the logs' folder.

    Keys of matrices are a unit, or ``groups_`` and a unit for groups of classes. Scores are of all runs, counts of
    test pixels by confidence of the displayed one. Comparisons are those that the configuration requests; with static
    rasters, there is a table for each tile. Frozen models have no sample counts and no samples of a tile. Networks
    have a table of their epochs.
    """

    tiles: Sequence[TileFiles]
    nomenclature: Path | str
    territory: Path | str
    dates: Path | str
    findings: Path | str
    sample_counts: Path | str | None
    confusions: Mapping[str, Path | str]
    scores: Path | str
    summary: Path | str
    classification: Path | str
    confidence: Path | str
    validity: Path | str
    checks: Path | str
    comparisons: comparisons.Files
    logs: Path | str
    confidence_counts: Path | str
    rasters: Sequence[Path | str] = ()
    samples: Path | str | None = None
    epochs: Sequence[Path | str] = ()


@dataclass(frozen=True)
class Tile:
    """Tile with its grid, its acquisitions, and the owned pixels and hectares of each class per run."""

    name: str
    grid: Grid
    records: tuple[AcquisitionRecord, ...]
    counts: tuple[Mapping[int, float], ...]
    shifts: tuple[Shift, ...] = ()
    hectares: tuple[Mapping[int, float], ...] = ()
    values: tuple[ValueRecord, ...] = ()
    sample_values: tuple[ValueCount, ...] = ()
    map_values: tuple[ValueCount, ...] = ()

    @property
    def used(self) -> list[AcquisitionRecord]:
        """Return the used acquisitions."""
        return [record for record in self.records if not record.problem]

    @property
    def skipped(self) -> list[AcquisitionRecord]:
        """Return the skipped acquisitions."""
        return [record for record in self.records if record.status == "skipped"]

    @property
    def filtered(self) -> list[AcquisitionRecord]:
        """Return the filtered acquisitions."""
        return [record for record in self.records if record.status == "filtered"]

    def used_of(self, sensor: str) -> int:
        """Return the number of used acquisitions of a sensor."""
        return sum(record.sensor == sensor for record in self.used)

    @property
    def owned_pixels(self) -> float:
        """Return the number of pixels that the tile owns."""
        return sum(self.counts[0].values(), 0.0)

    @property
    def owned_hectares(self) -> float:
        """Return the area that the tile owns, on the ellipsoid."""
        return sum(self.hectares[0].values(), 0.0)

    @property
    def unclassified_fraction(self) -> float:
        """Return the unclassified fraction of the owned pixels in the first run's map; NaN without pixels."""
        if not self.owned_pixels:
            return float("nan")
        return self.counts[0].get(nomenclature.UNCLASSIFIED, 0) / self.owned_pixels


@dataclass(frozen=True)
class Material:
    """Content of a report of a year, without pictures; confusion matrices and scores are of the displayed run."""

    tiles: tuple[Tile, ...]
    classes: Nomenclature
    footprints: gpd.GeoDataFrame
    owned: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame
    dates: Mapping[str, Sequence[datetime.date]]
    findings: Sequence[Mapping[str, Any]]
    sample_counts: pd.DataFrame | None
    confusions: Mapping[str, pd.DataFrame]
    scores: pd.DataFrame
    summary: pd.DataFrame
    checks: Sequence[Evaluated]
    comparisons: Comparisons
    usages: Sequence[Usage]
    rasters: Mapping[str, Sequence[Found]]
    feature_names: Sequence[str]

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        return len(self.tiles[0].counts)

    @property
    def sensors(self) -> list[str]:
        """Return the sensors, in the configured order."""
        return list(self.dates)


def load(files: YearFiles) -> Material:
    """Read the files of a year."""
    classes, scores = nomenclature.read(files.nomenclature), first_run(read_frame(files.scores))
    return Material(
        tiles=tuple(load_tile(tile) for tile in files.tiles),
        classes=classes,
        footprints=vectors.read_layer(files.territory, "footprints"),
        owned=vectors.read_layer(files.territory, "owned"),
        regions=vectors.read_layer(files.territory, "regions"),
        dates={
            sensor: [datetime.date.fromisoformat(date) for date in dates]
            for sensor, dates in read_json(files.dates).items()
        },
        findings=read_json(files.findings),
        sample_counts=read_sample_counts(files.sample_counts) if files.sample_counts else None,
        confusions={counted: read_confusion(path) for counted, path in files.confusions.items()},
        scores=scores,
        summary=read_frame(files.summary),
        checks=evaluation.read(files.checks),
        comparisons=comparisons.load(files.comparisons, scores, classes),
        usages=costs.collect(files.logs),
        rasters={Path(path).parent.name: static_raster_tables.read(path) for path in files.rasters},
        feature_names=training_set.feature_names(files.samples) if files.samples else [],
    )


def read_sample_counts(path: Path | str) -> pd.DataFrame:
    """Read the numbers of samples by region and class, or bin."""
    return read_frame(path, na_values=[])


def read_confusion(path: Path | str) -> pd.DataFrame:
    """Read a confusion matrix: rows are the reference, columns the map; column 0 is unclassified."""
    return read_frame(path, index_col=0).rename(columns=int)


def load_tile(files: TileFiles) -> Tile:
    """Read the files of a tile."""
    per_run = [class_counts.read(path) for path in files.counts]
    found = tuple(shift_table.read(files.shifts)) if files.shifts else ()
    return Tile(
        files.tile,
        grids.load(Path(files.grid)),
        tuple(acquisition_table.read(files.acquisitions)),
        tuple(class_counts.add(counts.pixels.values()) for counts in per_run),
        found,
        tuple(class_counts.add(counts.hectares.values()) for counts in per_run),
        tuple(value_table.read(files.values)) if files.values else (),
        tuple(counted_values.read(files.sample_values)) if files.sample_values else (),
        tuple(counted_values.read(files.map_values)) if files.map_values else (),
    )


def read_json(path: Path | str) -> Any:
    """Read a JSON file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
