"""The page of a map of a target: as :mod:`landloom.report.page`, with values and intervals in place of classes."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from landloom.accuracy import value_scores
from landloom.checks import evaluation
from landloom.core import nomenclature, parquet
from landloom.core.files import write_text
from landloom.core.tables import read_frame
from landloom.features.static_rasters import table as static_raster_tables
from landloom.geo import vectors
from landloom.jobs import costs
from landloom.reference.target_settings import TargetSettings
from landloom.report import charts, notices, page, pictures, sources
from landloom.report.comparisons import SCHEMES, Comparisons
from landloom.report.importance_chart import OF_VALUES, importance_chart
from landloom.report.sources import Edition, Material, TileFiles
from landloom.report.training_chart import training_chart
from landloom.report.values import value_figures
from landloom.report.values.residual_map import residual_map
from landloom.training_set import training_set

PAGE = "regression.html"

CUT = 2
"""Code of pixels whose value was cut to the range, in the counts of a tile."""


@dataclass(frozen=True)
class ValueFiles:
    """Files of a year of a target; values and half widths are mosaics of the displayed run.

    Frozen models have no sample counts, no samples of a tile and no importance. Networks have tables of their epochs.
    """

    tiles: Sequence[TileFiles]
    bins: Path | str
    territory: Path | str
    dates: Path | str
    findings: Path | str
    sample_counts: Path | str | None
    comparison: Path | str
    scores: Path | str
    summary: Path | str
    value: Path | str
    half_width: Path | str
    validity: Path | str
    checks: Path | str
    logs: Path | str
    rasters: Sequence[Path | str] = ()
    samples: Path | str | None = None
    importance: Path | str | None = None
    epochs: Sequence[Path | str] = ()


@dataclass(frozen=True)
class ScoreRow:
    """Scores of one part of the test pixels, by name; mean, least and greatest over the runs."""

    name: str
    first: Mapping[str, float]
    summary: Mapping[str, tuple[float, float, float]]

    def without_r2(self) -> "ScoreRow":
        """Return the row without R2, which says nothing of values that are alike, as those of a bin."""
        return replace(self, first=dict(self.first) | {"r2": float("nan")})


def write(edition: Edition, target: TargetSettings, files: ValueFiles, path: Path | str) -> None:
    """Write the report of a year; equal inputs, logs among them, give equal bytes."""
    write_text(path, render(edition, target, files))


def render(edition: Edition, target: TargetSettings, files: ValueFiles) -> str:
    """Return the report of a year as HTML."""
    material = load(files)
    territory, comparison = page.mapped_territory(material), parquet.read(files.comparison)
    division = page.division_of(material, edition)
    content = {
        "edition": edition,
        "target": target,
        **page.common_numbers(material, edition),
        "division": division,
        "fold_training": page.fold_training(material, edition),
        **notices.by_kind(notices.of_values_map(material, division, page.clipped_limits(edition))),
        **scored(material),
        "empty_fraction": _fraction(material, 0),
        "cut_fraction": _fraction(material, CUT),
        **page.framed(material, files.value),
        "map_picture": value_figures.value_picture(files.value, target, territory),
        "confidence_picture": value_figures.half_width_picture(files.half_width, target, territory),
        "validity_picture": pictures.validity_picture(files.validity, territory),
        "scatter_chart": value_figures.scatter_chart(comparison, target),
        "residual_map": residual_map(comparison, target, files.value),
        "importance_chart": importance_chart(material.comparisons.importance, OF_VALUES),
        "dropped": OF_VALUES,
        "training_chart": training_chart(files.epochs),
        "calendar_chart": charts.calendar_chart(material.tiles, material.dates, edition.period),
    }
    return page.environment().get_template(PAGE).render(content, making=page.making(edition, files.value))


def load(files: ValueFiles) -> Material:
    """Read the files of a year; the bins of values are the classes of the material."""
    return Material(
        tiles=tuple(sources.load_tile(tile) for tile in files.tiles),
        classes=nomenclature.read(files.bins),
        footprints=vectors.read_layer(files.territory, "footprints"),
        owned=vectors.read_layer(files.territory, "owned"),
        regions=vectors.read_layer(files.territory, "regions"),
        dates={
            sensor: [datetime.date.fromisoformat(date) for date in dates]
            for sensor, dates in sources.read_json(files.dates).items()
        },
        findings=sources.read_json(files.findings),
        sample_counts=sources.read_sample_counts(files.sample_counts) if files.sample_counts else None,
        confusions={},
        scores=_table(files.scores),
        summary=_table(files.summary),
        checks=evaluation.read(files.checks),
        comparisons=_comparisons(files),
        usages=costs.collect(files.logs),
        rasters={Path(path).parent.name: static_raster_tables.read(path) for path in files.rasters},
        feature_names=training_set.feature_names(files.samples) if files.samples else [],
    )


def _comparisons(files: ValueFiles) -> Comparisons:
    """Return what of the comparisons there is of a target: what sensors, dates and bands bring."""
    importance = read_frame(files.importance) if files.importance else None
    return Comparisons([], [], [], 0, [], [], [], importance)


def _table(path: Path | str) -> pd.DataFrame:
    return read_frame(path, na_values={"value": ""})


def _fraction(material: Material, code: int) -> float:
    """Return the fraction of the owned area whose pixels have a code in the first run's counts."""
    counted = sum(tile.hectares[0].get(code, 0.0) for tile in material.tiles)
    total = sum(tile.owned_hectares for tile in material.tiles)
    return counted / total if total else 0.0


def scored(material: Material) -> dict[str, Any]:
    """Return the tables of scores: whole map, regions, bins, folds, and the fused map."""
    whole = ("", value_scores.WHOLE)
    table = _Scores(material.scores, material.summary)
    regions = [str(name) for name in material.regions.region]
    bins = [entry.name for entry in material.classes.classes]
    return {
        "overall": [table.row(f"test {unit}", value_scores.MAP, unit, *whole) for unit in sources.UNITS],
        "by_region": [table.row(name, value_scores.MAP, "pixels", name, value_scores.REGION) for name in regions],
        "by_bin": [table.row(name, value_scores.MAP, "pixels", name, value_scores.BIN).without_r2() for name in bins],
        "by_folds": [
            table.row(f"folds of {name}", scheme, "pixels", *whole)
            for scheme, name in SCHEMES.items()
            if table.has(scheme)
        ],
        "fused": [
            table.row(f"fused map, {unit}", "fused", unit, *whole) for unit in sources.UNITS if table.has("fused")
        ],
    }


@dataclass(frozen=True)
class _Scores:
    """Tables of :func:`landloom.accuracy.value_scores.rows` and :func:`landloom.accuracy.value_scores.over_runs`."""

    scores: pd.DataFrame
    summary: pd.DataFrame

    def has(self, tested_by: str) -> bool:
        """Return whether there are such scores."""
        return bool((self.scores.tested_by == tested_by).any())

    def row(self, name: str, tested_by: str, unit: str, place: str, scope: str) -> ScoreRow:
        """Return the scores of a part of the test pixels, those of the first run and over the runs."""
        first, summary = (
            one[(one.tested_by == tested_by) & (one.unit == unit) & (one.scope == scope) & (one.place == place)]
            for one in (self.scores, self.summary)
        )
        first = first[first.run == first.run.min()]
        nothing = dict.fromkeys(value_scores.SCORES, float("nan"))
        over = {row.score: (row.mean, row.least, row.greatest) for row in summary.itertuples()}
        return ScoreRow(name, nothing | dict(zip(first.score, first.value, strict=True)), over)
