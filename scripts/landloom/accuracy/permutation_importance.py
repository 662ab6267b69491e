"""Permutation importance of sensors, dates and bands: what is lost if their features are shuffled among samples.

Of classes that is overall accuracy, of a target R2 (:mod:`landloom.accuracy.value_importance`).

Source: Breiman (2001), Random Forests, Machine Learning 45, 5-32, section 10; here features are shuffled in groups,
since those of one sensor, date or band belong together, and on out-of-fold samples.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.core.files import write_text
from landloom.core.tables import frame_text, read_frame
from landloom.features.names import STAMP, parsed
from landloom.models.interface import Model
from landloom.models.training_data import TrainingSet

REPEATS = 3
"""Number of shuffles of each group."""

MOST_SAMPLES = 1000
"""Largest number of samples of a fold, drawn at random: more would be slow and hardly more precise."""

SENSOR, DATE, BAND = "sensor", "date", "band"
COLUMNS = ("by", "sensor", "group", "importance", "deviation_of_shuffles", "accuracy", "pixels")
_KEY = ["by", "sensor", "group"]


@dataclass(frozen=True)
class Group:
    """Features that are shuffled together.

    Attributes
    ----------
    by : str
        Common property: ``sensor``, ``date`` or ``band``.
    sensor : str
        Sensor, function, or the name of a feature without owner, such as a raster's.
    name : str
        Name of the sensor, date (``2018-05-01``), band, index or result.
    columns : tuple of int
    """

    by: str
    sensor: str
    name: str
    columns: tuple[int, ...]


def groups_of(names: Sequence[str], owners: Sequence[str]) -> list[Group]:
    """Return the groups of features by sensor, then by date, then by band or index, each in the features' order.

    User-defined functions count as sensors, whose bands are their results.

    Parameters
    ----------
    names : sequence of str
        See :mod:`landloom.features.names`. A feature without date is in no group by date; one without owner forms a
        group.
    owners : sequence of str
        Sensors, and prefixes of functions' features.
    """
    found: dict[tuple[str, str, str], list[int]] = {}
    for column, name in enumerate(names):
        for key in _keys(name, owners):
            found.setdefault(key, []).append(column)
    order = {by: rank for rank, by in enumerate((SENSOR, DATE, BAND))}
    return [Group(*key, tuple(found[key])) for key in sorted(found, key=lambda key: order[key[0]])]


def _keys(name: str, owners: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the groups of a feature."""
    found = parsed(name, owners)
    if not found.owner:
        return [(SENSOR, name, name)]
    keys = [(SENSOR, found.owner, found.owner)]
    if found.stamp:
        keys.append((DATE, found.owner, datetime.datetime.strptime(found.stamp, STAMP).date().isoformat()))
    return [*keys, (BAND, found.owner, found.what)]


Scored = Callable[[Model, np.ndarray], np.ndarray]
"""Gives what each of some samples, by its features, adds to a score whose mean over all tells how good a model is."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums of one fold.

    Attributes
    ----------
    right : float
        Of the samples' scores without shuffling, times their weights: of classes, weight of those that are predicted
        correctly.
    lost : ndarray of float64, shape (groups, repeats)
        Decrease of this sum if a group is shuffled.
    weight : float
        Weight of all samples.
    """

    right: float
    lost: np.ndarray
    weight: float


def of_fold(
    model: Model,
    features: np.ndarray,
    scored: Scored,
    weights: np.ndarray,
    groups: Sequence[Group],
    random: np.random.Generator,
    repeats: int = REPEATS,
) -> Tally:
    """Shuffle each group of features among out-of-fold samples of a model.

    Parameters
    ----------
    features : ndarray of int16, shape (samples, features)
    scored : function
    weights : ndarray of float, shape (samples,)
    random : Generator
        Each group and repeat has its own permutation.
    """

    def right(matrix: np.ndarray) -> float:
        return float((weights * scored(model, matrix)).sum())

    base, shuffled = right(features), features.copy()
    lost = np.empty((len(groups), repeats))
    for row, group in enumerate(groups):
        columns = np.array(group.columns)
        for repeat in range(repeats):
            shuffled[:, columns] = features[random.permutation(len(features))[:, None], columns]
            lost[row, repeat] = base - right(shuffled)
        shuffled[:, columns] = features[:, columns]
    return Tally(base, lost, float(weights.sum()))


def recognised(samples: TrainingSet, positions: np.ndarray) -> Scored:
    """Return what tells which of some samples a model of classes recognises: 1, others 0."""
    codes = samples.codes[positions]

    def scored(model: Model, features: np.ndarray) -> np.ndarray:
        found: np.ndarray = model.classes[model.predict_proba(features).argmax(axis=1)] == codes
        return found

    return scored


@dataclass(frozen=True)
class Examiner:
    """Collects the importance from each fold of a cross-validation.

    Attributes
    ----------
    samples : TrainingSet
    weights : ndarray of float, shape (samples,)
        Number of reference pixels that each represents.
    groups : sequence of Group
    seed : int
    score : function
        Gives what scores some of the samples, by their positions.
    tallies : list of Tally
        Results of the folds so far.
    """

    samples: TrainingSet
    weights: np.ndarray
    groups: Sequence[Group]
    seed: int
    score: Callable[[TrainingSet, np.ndarray], Scored] = recognised
    tallies: list[Tally] = field(default_factory=list)

    def __call__(self, model: Model, positions: np.ndarray) -> None:
        """Examine a model with the out-of-fold samples."""
        random = np.random.default_rng([self.seed, len(SENSOR), int(positions[0])])
        chosen = positions
        if len(positions) > MOST_SAMPLES:
            chosen = np.sort(random.choice(positions, MOST_SAMPLES, replace=False))
        weights = self.weights[chosen] * (self.weights[positions].sum() / self.weights[chosen].sum())
        features = np.ascontiguousarray(self.samples.features[chosen])
        scored = self.score(self.samples, chosen)
        self.tallies.append(of_fold(model, features, scored, weights, self.groups, random))

    def table(self) -> pd.DataFrame:
        """Return the importance of each group over all folds: see :func:`table`."""
        return table(self.groups, self.tallies)


def table(groups: Sequence[Group], tallies: Sequence[Tally]) -> pd.DataFrame:
    """Return the importance of each group.

    Returns
    -------
    DataFrame
        ``by``, ``sensor``, ``group``; ``importance``: drop of the overall accuracy, or of R2, mean over the repeats;
        ``deviation_of_shuffles``: its standard deviation between them, which does not tell what other polygons would
        give; ``accuracy``: without shuffling, or R2; ``pixels``: that the samples represent.
    """
    pixels = sum(tally.weight for tally in tallies)
    if not pixels:
        return pd.DataFrame(columns=list(COLUMNS))
    lost = np.sum([tally.lost for tally in tallies], axis=0) / pixels
    right = sum(tally.right for tally in tallies) / pixels
    rows = [
        (group.by, group.sensor, group.name, drops.mean(), drops.std(), right, pixels)
        for group, drops in zip(groups, lost, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read_tables(paths: Iterable[Path | str], regions: Sequence[str], groups: int) -> dict[str, list[pd.DataFrame]]:
    """Read the tables of all models, by region.

    Parameters
    ----------
    paths : iterable of path
        As :func:`write` wrote them: run by run, region by region, and there group by group of sensors.
    regions : sequence of str
    groups : int
        Number of models of a region and run.
    """
    tables: dict[str, list[pd.DataFrame]] = {region: [] for region in regions}
    for position, path in enumerate(paths):
        tables[regions[position // groups % len(regions)]].append(read_frame(path))
    return tables


def gathered(tables: Mapping[str, Sequence[pd.DataFrame]]) -> pd.DataFrame:
    """Return the importance in the whole map and in each region: means weighted by pixels.

    Parameters
    ----------
    tables : dict of region: list of DataFrame
        Tables of each region, one for each of its models, by run and sensor group.

    Returns
    -------
    DataFrame
        As :func:`table`, after ``scope`` (``map`` or ``region``) and ``region``.
    """
    known = {region: [one for one in several if len(one)] for region, several in tables.items()}
    known = {region: several for region, several in known.items() if several}
    if not known:
        return pd.DataFrame(columns=["scope", "region", *COLUMNS])
    parts = [_mean([one for several in known.values() for one in several]).assign(scope="map", region="")]
    parts += [_mean(several).assign(scope="region", region=region) for region, several in known.items()]
    return pd.concat(parts, ignore_index=True)[["scope", "region", *COLUMNS]]


def _mean(several: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return means of tables, weighted by the pixels that they represent."""
    rows = pd.concat(several, ignore_index=True)
    weighted = rows.assign(
        importance=rows.importance * rows.pixels,
        deviation_of_shuffles=(rows.deviation_of_shuffles * rows.pixels) ** 2,
        accuracy=rows.accuracy * rows.pixels,
    )
    whole = weighted.groupby(_KEY, sort=False)[list(COLUMNS[3:])].sum().reset_index()
    whole["importance"] /= whole.pixels
    whole["accuracy"] /= whole.pixels
    whole["deviation_of_shuffles"] = np.sqrt(whole.deviation_of_shuffles) / whole.pixels
    return whole


def as_csv(rows: pd.DataFrame) -> str:
    """Return a table as text, six digits of each share."""
    found: str = frame_text(rows, float_format="%.6f")
    return found


def write(paths: Iterable[Path | str], examiner: Examiner | None) -> None:
    """Write what sensors, dates and bands bring.

    Parameters
    ----------
    paths : iterable of path
        One, or none where it is not asked for.
    examiner : Examiner or None
        Nothing is known where samples could not be cross-validated.
    """
    for path in paths:
        write_text(path, as_csv(examiner.table() if examiner else table([], [])))
