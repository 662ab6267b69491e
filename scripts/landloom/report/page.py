"""Page assembly: all parts of the report in one HTML file."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from landloom.accuracy import confusion
from landloom.core.files import write_text
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.core.tables import read_frame
from landloom.core.version import VERSION
from landloom.features.settings import FeatureSettings
from landloom.geo import meridian
from landloom.jobs import costs
from landloom.maps import map_grid
from landloom.provenance import source_credits
from landloom.reference.settings import ReferenceSettings
from landloom.report import (
    areas,
    band_values,
    charts,
    checks,
    feature_rows,
    notices,
    overlay,
    pictures,
    placement,
    quoting,
    scores,
    sources,
    splits,
    wording,
)
from landloom.report.importance_chart import OF_CLASSES, importance_chart
from landloom.report.sources import Edition, Material, YearFiles
from landloom.report.templating import FOLDER, PAGE
from landloom.report.training_chart import training_chart
from landloom.survey.value_settings import ClippedSettings, ValueSettings
from landloom.vector_maps.settings import VectorSettings

_OWN_SOFTWARE = ("jinja2", "matplotlib", "pillow", "geopandas", "rasterio")
_TAG_LABELS = {
    "LANDLOOM_VERSION": "landloom version of the map",
    "LANDLOOM_CONFIGURATION": "Digest of the map's configuration",
    "LANDLOOM_MODELS": "Digest of the map's models",
    "LANDLOOM_CODE": "Digest of the map's code",
    "LANDLOOM_SOFTWARE": "Software of the map",
}


@dataclass(frozen=True)
class SampleRow:
    """Samples of a class in the first run, by region and in total."""

    name: str
    color: str
    by_region: tuple[int, ...]
    reference_pixels: int
    training_pixels: int
    samples: int


@dataclass(frozen=True)
class GroupScores:
    """Accuracy by groups of classes: scores by unit, the chart of confusions, and their exact counts."""

    scores: Mapping[str, scores.MapScores]
    confusion_chart: str
    confusion_width: float
    count_tables: tuple["CountTable", ...]


@dataclass(frozen=True)
class CountTable:
    """A confusion matrix as a table of counts: names, and a row for each reference class."""

    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]


def write(edition: Edition, files: YearFiles, path: Path | str) -> None:
    """Write the report of a year; equal inputs give equal bytes.

    The logs are among the inputs, and their times always differ: comparisons of reports of two runs have to omit the
    section ``cost``.
    """
    write_text(path, render(edition, files))


def render(edition: Edition, files: YearFiles) -> str:
    """Return the report of a year as HTML."""
    material = sources.load(files)
    content = {"edition": edition, **_numbers(material, edition), **_images(material, edition, files)}
    return environment().get_template(PAGE).render(content, making=making(edition, files.classification))


def environment() -> Environment:
    """Return what renders templates, with the formats of numbers that these use."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        name: getattr(wording, name)
        for name in ("count", "quantity", "measure", "percent", "decimal", "metres", "day", "enumeration")
    }
    made.filters["duration"] = costs.duration
    made.globals |= {"dash": wording.DASH, "plural": wording.plural}
    return made


def _numbers(material: Material, edition: Edition) -> dict[str, Any]:
    """Return the texts and tables of the page."""
    by_unit = unit_scores(material)
    division = division_of(material, edition)
    class_areas = areas.class_areas(material.tiles, material.classes)
    return {
        **common_numbers(material, edition),
        "scores": by_unit,
        "groups": group_scores(material),
        "fold_training": fold_training(material, edition),
        "division": division,
        "areas": class_areas,
        "largest_fraction": max(row.fraction for row in class_areas) or 1.0,
        "unclassified": class_areas[-1],
        "mapped_classes": sum(1 for row in class_areas[:-1] if row.hectares),
        **notices.by_kind(notices.collect(material, by_unit["polygons"], division, clipped_limits(edition))),
        "vectorised": VectorSettings(**(edition.configuration.get("vectors") or {})).folder,
        "count_tables": [count_table(material.confusions[unit], unit, material.classes) for unit in sources.UNITS],
    }


def division_of(material: Material, edition: Edition) -> splits.Division:
    """Return the description of the split into training and test polygons."""
    samples, years = (edition.configuration.get(key, {}) for key in ("samples", "years"))
    others = splits.beside_tests(samples, edition.year, years)
    others += splits.of_points(material.findings)
    covers = quoting.covers_the_map(material.sample_counts, sum(tile.owned_pixels for tile in material.tiles))
    return splits.describe(
        ReferenceSettings(**edition.configuration["reference"]), edition.year, others, covers=covers
    )


def fold_training(material: Material, edition: Edition) -> quoting.FoldTraining | None:
    """Return how many samples train the models of folds beside those of the map; None without training."""
    return quoting.fold_training(material.sample_counts, edition.configuration.get("cross_validation", {}))


def clipped_limits(edition: Edition) -> ClippedSettings:
    """Return from which fraction of clipped values on there is a warning."""
    return ValueSettings(**edition.configuration.get("values", {})).clipped


def common_numbers(material: Material, edition: Edition) -> dict[str, Any]:
    """Return the texts and tables of what the map is made of, whatever it shows."""
    return {
        "runs": material.runs,
        "hectares": areas.total_hectares(material.tiles),
        "tiles": areas.tile_rows(material.tiles, material.sensors),
        "regions": list(material.regions["name"].astype(str)),
        "used": sum(len(tile.used) for tile in material.tiles),
        "skipped": sum(len(tile.skipped) for tile in material.tiles),
        "filtered": sum(len(tile.filtered) for tile in material.tiles),
        "sensors": material.sensors,
        "credits": source_credits.of_configuration(edition.configuration),
        "features": _features(material, edition),
        "rasters": [(tile, one) for tile, found in material.rasters.items() for one in found],
        "dates": material.dates,
        "band_values": band_values.rows(material.tiles),
        "placement": placement.rows(material.tiles),
        "steps": {sensor: step_days(days) for sensor, days in material.dates.items()},
        "checks": checks.rows(material.checks),
        "comparisons": material.comparisons,
        "costs": costs.by_rule(material.usages),
        "total_cost": costs.total(material.usages),
        "samples": sample_rows(material.sample_counts, material.classes, list(material.regions.region)),
    }


def _features(material: Material, edition: Edition) -> list[feature_rows.FeatureRow]:
    """Return the rows of the feature table; empty if no table of samples names features."""
    settings = FeatureSettings(**edition.configuration.get("features", {}))
    return feature_rows.rows(material.feature_names, [*material.sensors, *settings.function_labels])


def _images(material: Material, edition: Edition, files: YearFiles) -> dict[str, Any]:
    """Return pictures and charts."""
    territory = mapped_territory(material)
    return {
        **framed(material, files.classification),
        "map_picture": pictures.class_picture(files.classification, material.classes, territory),
        "confidence_picture": pictures.confidence_picture(files.confidence, territory),
        "validity_picture": pictures.validity_picture(files.validity, territory),
        "confidence_chart": charts.confidence_chart(read_frame(files.confidence_counts)),
        "f1_chart": charts.f1_chart(*unit_scores(material).values()),
        "confusion_width": charts.confusion_width_rem(len(material.classes.codes)),
        "confusion_chart": charts.confusion_chart(material.confusions["pixels"], material.classes),
        "importance_chart": importance_chart(material.comparisons.importance),
        "dropped": OF_CLASSES,
        "training_chart": training_chart(files.epochs),
        "calendar_chart": charts.calendar_chart(material.tiles, material.dates, edition.period),
    }


def framed(material: Material, mosaic: Path | str) -> dict[str, Any]:
    """Return what all pictures of a map have in common."""
    grid = pictures.read_grid(mosaic)
    return {
        "grid": grid,
        "reduced": max(grid.rows, grid.columns) > pictures.MAP_SIDE,
        "units": overlay.unit_of(grid),
        "lattice": map_grid.described({tile.name: tile.grid for tile in material.tiles}, grid),
        "frame": overlay.frame(grid, material.footprints, material.owned, material.regions),
    }


def mapped_territory(material: Material) -> gpd.GeoSeries:
    """Return the frame with tiles and regions."""
    ground = gpd.GeoSeries([material.footprints.union_all()], crs=material.footprints.crs)
    regions = meridian.project(material.regions.geometry.make_valid(), ground.crs)
    return ground.intersection(regions.union_all(), align=False)


def sample_rows(table: pd.DataFrame | None, classes: Nomenclature, regions: Sequence[str]) -> list[SampleRow] | None:
    """Return the samples of the first run: a row for each class, the regions in order; None without training."""
    if table is None:
        return None
    first = table[table.run == table.run.min()]
    rows = []
    for entry in classes.classes:
        here = first[first.code == entry.code]
        by_region = here.groupby("region").samples.sum()
        rows.append(
            SampleRow(
                entry.name,
                entry.color,
                tuple(int(by_region.get(region, 0)) for region in regions),
                int(here.reference_pixels.sum()),
                int(here.training_pixels.sum()),
                int(here.samples.sum()),
            )
        )
    return rows


def unit_scores(material: Material) -> dict[str, scores.MapScores]:
    """Return the accuracy by classes, by unit: pixels, then polygons."""
    return {
        unit: scores.map_scores(material.scores, material.summary, unit, material.classes) for unit in sources.UNITS
    }


def group_scores(material: Material) -> GroupScores | None:
    """Return the accuracy by groups of classes; None without groups."""
    if not material.classes.group_by_code():
        return None
    groups = material.classes.groups()
    matrices = {unit: material.confusions[sources.GROUPS + unit] for unit in sources.UNITS}
    return GroupScores(
        {
            unit: scores.map_scores(material.scores, material.summary, unit, groups, confusion.GROUP)
            for unit in sources.UNITS
        },
        charts.confusion_chart(matrices["pixels"], groups),
        charts.confusion_width_rem(len(groups.codes)),
        tuple(count_table(matrix, unit, groups) for unit, matrix in matrices.items()),
    )


def count_table(matrix: pd.DataFrame, unit: str, classes: Nomenclature) -> CountTable:
    """Return the exact counts of a confusion matrix, with unclassified pixels last."""
    names = classes.names_by_code()
    columns = [*matrix.index, UNCLASSIFIED]
    rows = [
        (names[code], tuple(int(value) for value in matrix.loc[code, columns]), int(matrix.loc[code].sum()))
        for code in matrix.index
    ]
    return CountTable(unit, tuple(names[code] for code in columns), tuple(rows))


def making(edition: Edition, mosaic: Path | str) -> Mapping[str, Any]:
    """Return the software of the map and of the page."""
    tags = pictures.read_tags(mosaic)
    lines = [(label, tags.get(tag, wording.DASH)) for tag, label in _TAG_LABELS.items()]
    page = ", ".join(f"{name} {version(name)}" for name in _OWN_SOFTWARE)
    return {
        "map_lines": [*lines, ("Software of this page", f"landloom {VERSION}, {page}")],
        "configuration": yaml.safe_dump(
            dict(edition.configuration), sort_keys=False, allow_unicode=True, default_flow_style=None, width=100
        ),
    }


def step_days(dates: Sequence[datetime.date]) -> int | None:
    """Return the days between output dates; None if they differ or there is only one date."""
    steps = {(late - early).days for early, late in pairwise(dates)}
    return steps.pop() if len(steps) == 1 else None
