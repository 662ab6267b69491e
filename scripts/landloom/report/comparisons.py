"""Further accuracy results: cross-validation, suspected polygons, fused maps and their inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from landloom.accuracy.confusion import CLASS, OVERALL, OVERALL_OF_ALL
from landloom.accuracy.fold_schemes import ALL_SENSORS
from landloom.accuracy.object_scores import AREA, OBJECTS
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.core.tables import read_frame
from landloom.fusion.accuracy import FUSED
from landloom.report import object_rows
from landloom.report.wording import DASH
from landloom.vector_maps.accuracy import MAP, REGULARISED

SCHEMES = {"pixels": "random pixels", "polygons": "whole polygons", "blocks": "whole spatial blocks"}
MOST_SUSPECTED = 50
"""Largest number of polygons in the report; the table has all."""


@dataclass(frozen=True)
class Uncertain:
    """A number and its 95 % interval by polygons; NaN if there is none."""

    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class ScoreRow:
    """Scores of one test scheme or map, of the first run; NaN if there are none.

    Attributes
    ----------
    name : str
    overall_accuracy : Uncertain
        Of what is classified.
    of_all : float
        What is unclassified counted as wrong.
    difference : Uncertain
        Of the overall accuracy to another row of the table, paired by polygon.
    f1 : float
        Mean over the tested classes.
    tested, untested : float
        Pixels or polygons that test, and reference pixels of classes that no fold could test; NaN without folds.
    """

    name: str
    overall_accuracy: Uncertain
    of_all: float
    difference: Uncertain
    f1: float
    tested: float
    untested: float


@dataclass(frozen=True)
class FusedRow:
    """Scores of a map on the held-out polygons, by pixels and by polygons."""

    pixels: ScoreRow
    polygons: ScoreRow


@dataclass(frozen=True)
class SuspectedRow:
    """Suspected polygon with its reference class and the predicted class of its samples."""

    polygon: int
    region: str
    label: str
    taken_for: str
    samples: int
    fraction: float
    confidence: float


@dataclass(frozen=True)
class StepRow:
    """Border between regions: discontinuities of the fused and of the separate map, means over the runs."""

    border: str
    pixels: float
    fused: float
    separate: float


@dataclass(frozen=True)
class SourceRow:
    """Importance of a sensor, function or raster: drop of the overall accuracy, and how much shuffles differ."""

    name: str
    drop: float
    deviation_of_shuffles: float


@dataclass(frozen=True)
class IterationRow:
    """Iteration of auto-context in a region: accuracy of held-out samples, and the share of labels that changed.

    It is 0 of the models of single pixels, before which there are no labels.
    """

    region: str
    iteration: int
    accuracy: float
    changed: float


@dataclass(frozen=True)
class VectorRow:
    """Polygons of a class or group in the vector map: their number, and hectares, of all and of the largest."""

    name: str
    color: str
    polygons: int
    hectares: float
    largest_hectares: float


@dataclass(frozen=True)
class Comparisons:
    """All comparisons; empty if there are none. The fraction of the ground in no object is None without objects."""

    folds: Sequence[ScoreRow]
    sensors: Sequence[ScoreRow]
    suspected: Sequence[SuspectedRow]
    suspected_count: int
    fusion: Sequence[FusedRow]
    boundary: Sequence[tuple[str, ScoreRow]]
    steps: Sequence[StepRow]
    importance: pd.DataFrame | None = None
    iterations: Sequence[IterationRow] = ()
    vectors: Sequence[VectorRow] = ()
    objects: Sequence[object_rows.ObjectRow] = ()
    vector_scores: Sequence[ScoreRow] = ()
    object_scores: Sequence[ScoreRow] = ()
    outside: float | None = None

    @property
    def shuffles_differ(self) -> bool:
        """Return whether the chart of importance has strokes."""
        return self.importance is not None and bool((self.importance.deviation_of_shuffles > 0).any())

    @property
    def sources(self) -> Sequence[SourceRow]:
        """Return the importance of sensors, functions and rasters for the whole map, largest first."""
        if self.importance is None or self.importance.empty:
            return []
        whole = self.importance[(self.importance.scope == "map") & (self.importance.by == "sensor")]
        ranked = whole.sort_values("importance", ascending=False, kind="stable")
        return [SourceRow(row.sensor, row.importance, row.deviation_of_shuffles) for row in ranked.itertuples()]


Files = Mapping[str, Path | str | Sequence[Path | str]]


def load(files: Files, own: pd.DataFrame, classes: Nomenclature) -> Comparisons:
    """Read the existing tables.

    Parameters
    ----------
    files : dict of name: path
        Some of ``folds``, ``suspected``, ``fusion``, ``boundary_scores``, ``boundary_steps``, ``importance``,
        ``vectors`` (of classes), ``vector_groups``, ``vector_scores``, ``objects``, ``object_scores``, and lists:
        ``iterations``, a path for each region, ``object_counts``, one for each tile.
    own : DataFrame
        Scores of the first run's map by its test polygons.
    """
    single = {name: path for name, path in files.items() if isinstance(path, Path | str)}
    tables = {name: read_frame(path) for name, path in single.items()}
    odd = tables.get("suspected")
    return Comparisons(
        _fold_rows(first_run(tables["folds"]), own) if "folds" in tables else [],
        _sensor_rows(first_run(tables["folds"])) if "folds" in tables else [],
        _suspected_rows(odd, classes) if odd is not None else [],
        odd.polygon.nunique() if odd is not None else 0,
        _fusion_rows(tables["fusion"]) if "fusion" in tables else [],
        _boundary_rows(first_run(tables["boundary_scores"])) if "boundary_scores" in tables else [],
        _step_rows(tables["boundary_steps"]) if "boundary_steps" in tables else [],
        tables.get("importance"),
        [row for path in listed(files, "iterations") for row in _iteration_rows(path)],
        _vector_rows(tables, classes),
        object_rows.rows(first_run(tables["objects"]), classes) if "objects" in tables else [],
        _vector_score_rows(tables["vector_scores"]) if "vector_scores" in tables else [],
        _object_score_rows(first_run(tables["object_scores"])) if "object_scores" in tables else [],
        object_rows.outside(listed(files, "object_counts")),
    )


def listed(files: Files, name: str) -> Sequence[Path | str]:
    """Return the paths of a name, of which there may be one, several or none."""
    found = files.get(name, ())
    return [found] if isinstance(found, Path | str) else found


def first_run(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first run: that of the displayed map."""
    return table[table.run == table.run.min()]


def _iteration_rows(path: Path | str) -> list[IterationRow]:
    """Return the iterations of a region's model, whose name begins that of the table."""
    region = Path(path).name.rpartition("_run")[0]
    table = read_frame(path)
    return [IterationRow(region, row.iteration, row.accuracy, row.changed) for row in table.itertuples()]


def _row(name: str, scores: pd.DataFrame) -> ScoreRow:
    """Return the scores of the whole map, and the mean of F1 over the tested classes."""
    whole = scores[scores.code == UNCLASSIFIED].set_index("score")
    difference = [score for score in whole.index if score.startswith("difference_to_")]
    tested = scores[(scores.score == "tested") & (scores.code != UNCLASSIFIED) & (scores["value"] > 0)].code
    f1 = scores[(scores.score == "f1") & scores.code.isin(tested)]["value"]
    return ScoreRow(
        name,
        _uncertain(whole.loc[OVERALL]),
        float(whole.value[OVERALL_OF_ALL]),
        _uncertain(whole.loc[difference[0]]) if difference else Uncertain(),
        float(f1.mean()),
        float(whole.value["tested"]),
        float(whole.value.get("untested", float("nan"))),
    )


def _uncertain(row: pd.Series) -> Uncertain:
    return Uncertain(float(row.value), float(row.interval_low), float(row.interval_high))


def _fold_rows(scores: pd.DataFrame, own: pd.DataFrame) -> list[ScoreRow]:
    """Return the schemes, from the most to the least optimistic, and the displayed map itself."""
    together = scores[scores.sensors == ALL_SENSORS]
    rows = [_row(f"folds of {name}", together[together.scheme == scheme]) for scheme, name in SCHEMES.items()]
    own = own[(own.unit == "pixels") & (own.level == CLASS)]
    return [*rows, _row("the map, on its test polygons", own)]


def _sensor_rows(scores: pd.DataFrame) -> list[ScoreRow]:
    """Return the scores of the sensor groups, separate and fused, by folds of polygons; empty without groups."""
    groups = sorted(set(scores.sensors) - {ALL_SENSORS})
    by_polygons = scores[scores.scheme == "polygons"]
    own = by_polygons[~by_polygons.score.isin([f"difference_to_{scheme}" for scheme in SCHEMES])]
    names = [*groups, ALL_SENSORS] if groups else []
    return [_row(name, own[own.sensors == name]) for name in names]


def _suspected_rows(table: pd.DataFrame, classes: Nomenclature) -> list[SuspectedRow]:
    names = classes.names_by_code()
    shown = table.sort_values(["suspected_fraction", "confidence", "polygon"], ascending=[False, False, True])
    return [
        SuspectedRow(
            int(row.polygon),
            str(row.region),
            names[int(row.code)],
            names[int(row.predicted)],
            int(row.samples),
            float(row.suspected_fraction),
            float(row.confidence),
        )
        for row in shown.drop_duplicates("polygon").head(MOST_SUSPECTED).itertuples()
    ]


def _fusion_rows(table: pd.DataFrame) -> list[FusedRow]:
    """Return the fused map first, then runs and maps from elsewhere by their numbers."""
    names = sorted(set(table["map"]), key=lambda name: (name != FUSED, name.startswith("other"), len(name), name))
    of_map = {name: table[table["map"] == name] for name in names}
    return [
        FusedRow(*(_row(name, found[found.unit == unit]) for unit in ("pixels", "polygons")))
        for name, found in of_map.items()
        if len(found)
    ]


def _boundary_rows(table: pd.DataFrame) -> list[tuple[str, ScoreRow]]:
    """Return the rows of a run by place and map."""
    unknown = float("nan")
    return [
        (
            row.place,
            ScoreRow(
                row.map,
                Uncertain(row.overall_accuracy, row.interval_low, row.interval_high),
                unknown,
                Uncertain(row.difference, row.difference_low, row.difference_high),
                unknown,
                row.tested,
                unknown,
            ),
        )
        for row in table.sort_values(["place", "map"]).itertuples()
    ]


def _step_rows(table: pd.DataFrame) -> list[StepRow]:
    if table.empty:  # no two regions touch
        return []
    means = table.groupby(["region", "neighbour", "map"])[["step", "pixels"]].mean().unstack("map")
    return [
        StepRow(f"{one} {DASH} {other}", row["pixels", "fused"], row["step", "fused"], row["step", "separate"])
        for (one, other), row in means.iterrows()
    ]


def _vector_rows(tables: Mapping[str, pd.DataFrame], classes: Nomenclature) -> list[VectorRow]:
    """Return the classes that have polygons, or the groups where those of classes were not made."""
    shown = {"vectors": classes, "vector_groups": classes.groups()}
    table = next((name for name in shown if name in tables), None)
    if table is None:
        return []
    known = {entry.code: entry for entry in shown[table].classes}
    return [
        VectorRow(known[row.code].name, known[row.code].color, row.polygons, row.hectares, row.largest_hectares)
        for row in tables[table].itertuples()
    ]


def _vector_score_rows(table: pd.DataFrame) -> list[ScoreRow]:
    """Return the map itself, and the regularised one."""
    names = {MAP: "the map itself", REGULARISED: "the regularised map"}
    return [_row(text, table[table["map"] == name]) for name, text in names.items()]


def _object_score_rows(table: pd.DataFrame) -> list[ScoreRow]:
    """Return the scores by objects, and by their area."""
    names = {OBJECTS: "each object counts once", AREA: "with all of its pixels"}
    return [_row(text, table[table.unit == unit]) for unit, text in names.items()]
