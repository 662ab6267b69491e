"""Scores of out-of-fold predictions; the samples of a class represent all its reference pixels.

Otherwise common classes would count as much as rare ones if equal numbers of samples are drawn.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy import clusters, confusion
from landloom.accuracy.fold_schemes import ALL_SENSORS, NOT_PREDICTED, PROBABILITY, SCHEMES
from landloom.core import parquet
from landloom.core.nomenclature import UNCLASSIFIED

Predictions = Mapping[tuple[str, str], pd.DataFrame]
"""Of each run and region, as of :func:`landloom.accuracy.cross_validation.table`."""


COLUMNS = ["code", "score", "value", *confusion.INTERVAL]
"""Of a score and its uncertainty."""

DIFFERENCES = {"polygons": "pixels", "blocks": "polygons"}
"""Schemes, and the less strict one that each is compared with."""


def read_labels(path: Path | str) -> pd.DataFrame:
    """Read a table of :func:`landloom.accuracy.cross_validation.table` without the probabilities of all classes.

    Raises
    ------
    InputError
        If the file is broken.
    """
    names = [name for name in parquet.names(path) if not name.startswith(PROBABILITY)]
    return parquet.read_columns(path, names).to_pandas()


def counts(predictions: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """Return the confusion of a region's reference pixels.

    Parameters
    ----------
    predictions : DataFrame
        As returned by :func:`landloom.accuracy.cross_validation.table`.

    Returns
    -------
    DataFrame
        ``polygon``, ``reference``, ``predicted``, ``pixels``: as in :func:`landloom.accuracy.confusion.compare`, but
        for the pixels, which are fractions, float64: a sample seldom represents a whole number of them.
    """
    name = f"predicted_{scheme}"
    seen = predictions[predictions[name] != NOT_PREDICTED]
    pixels = _represented(seen, predictions)
    table = pd.DataFrame({"polygon": seen.polygon, "reference": seen.code, "predicted": seen[name], "pixels": pixels})
    return table.groupby(["polygon", "reference", "predicted"], as_index=False).pixels.sum()


def _represented(seen: pd.DataFrame, predictions: pd.DataFrame) -> pd.Series:
    """Return how many reference pixels each sample represents, where some of a class take no part."""
    of_class = seen.groupby("code").weight.transform("sum")
    whole = seen.code.map(predictions.groupby("code").weight.sum())
    return (seen.weight / of_class * whole).astype(np.float64)


def untested(predictions: pd.DataFrame, scheme: str) -> float:
    """Return the number of a region's reference pixels whose class no model of the scheme could be tested with."""
    seen = predictions.loc[predictions[f"predicted_{scheme}"] != NOT_PREDICTED, "code"].unique()
    return float(predictions.weight[~predictions.code.isin(seen)].sum())


def paired(one: pd.DataFrame, other: pd.DataFrame, schemes: tuple[str, str]) -> pd.DataFrame:
    """Return what two predictions of the same samples have right, by polygon.

    Parameters
    ----------
    one, other : DataFrame
        As returned by :func:`landloom.accuracy.cross_validation.table`, with the same samples in the same order; the
        same table twice to compare two schemes.
    schemes : (str, str)
        That of each.

    Returns
    -------
    DataFrame
        ``polygon``, ``pixels``, ``one``, ``other``: reference pixels that are represented by samples that both
        predict, and those that each has right.
    """
    labels = [table[f"predicted_{scheme}"].to_numpy() for table, scheme in zip((one, other), schemes, strict=True)]
    both = (labels[0] != NOT_PREDICTED) & (labels[1] != NOT_PREDICTED)
    seen = one[both]
    pixels = _represented(seen, one)
    right = [pixels * (label[both] == seen.code.to_numpy()) for label in labels]
    table = pd.DataFrame({"polygon": seen.polygon, "pixels": pixels, "one": right[0], "other": right[1]})
    return table.groupby("polygon", as_index=False).sum()


def difference_row(regions: Sequence[pd.DataFrame], score: str) -> pd.DataFrame:
    """Return the difference of two overall accuracies, paired by polygon, as a row of scores.

    Parameters
    ----------
    regions : sequence of DataFrame
        As returned by :func:`paired`.
    """
    table = pd.concat(regions, ignore_index=True).groupby("polygon").sum()
    found = clusters.difference(
        (table.one.to_numpy(), table.pixels.to_numpy()), (table.other.to_numpy(), table.pixels.to_numpy())
    )
    return confusion.score_rows({(UNCLASSIFIED, score): found})


def scores(predictions: Predictions, codes: Sequence[int]) -> pd.DataFrame:
    """Return the accuracy by each scheme, of all regions together.

    Parameters
    ----------
    predictions : dict of (run, region): DataFrame

    Returns
    -------
    DataFrame
        ``run``, ``scheme``, ``code`` (0: the whole map), ``score``, ``value``, and the interval by polygons (see
        :func:`landloom.accuracy.confusion.run_scores`). ``untested`` are reference pixels of classes that no fold
        could test. ``difference_to_pixels`` and ``difference_to_polygons`` are those of the overall accuracy of
        samples that both schemes test.
    """
    rows = []
    for run, of_run in _by_run(predictions).items():
        for scheme in SCHEMES:
            joined = pd.concat([counts(found, scheme) for found in of_run], ignore_index=True)
            missing = sum(untested(found, scheme) for found in of_run)
            parts = [confusion.run_scores(joined, codes, int(run), "pixels"), _whole("untested", missing)]
            if scheme in DIFFERENCES:
                milder = DIFFERENCES[scheme]
                pairs = [paired(found, found, (scheme, milder)) for found in of_run]
                parts.append(difference_row(pairs, f"difference_to_{milder}"))
            rows += [part.assign(run=int(run), scheme=scheme) for part in parts]
    columns = ["run", "scheme", *COLUMNS]
    return pd.concat([part.reindex(columns=columns) for part in rows], ignore_index=True).astype(
        {"polygons": "Int64"}
    )


def _by_run(predictions: Predictions) -> dict[str, list[pd.DataFrame]]:
    """Return the predictions of all regions of each run."""
    return {
        run: [found for (one, _), found in predictions.items() if one == run]
        for run in sorted({run for run, _ in predictions})
    }


def _whole(score: str, value: float) -> pd.DataFrame:
    return pd.DataFrame([(UNCLASSIFIED, score, value)], columns=["code", "score", "value"])


def scores_by_sensors(together: Predictions, alone: Mapping[str, Predictions], codes: Sequence[int]) -> pd.DataFrame:
    """Return the accuracy of all sensors together and of each group of them alone.

    Parameters
    ----------
    together : dict of (run, region): DataFrame
    alone : dict of group: dict of (run, region): DataFrame
        Empty where there are no groups of sensors. The samples are those of all sensors, in the same order.
    codes : sequence of int

    Returns
    -------
    DataFrame
        As :func:`scores`, with the column ``sensors``: the group, or ``ALL_SENSORS``; ``difference_to_all`` is that
        of a group to all sensors, by folds of whole polygons.
    """
    tables = [scores(together, codes).assign(sensors=ALL_SENSORS)]
    for group, predictions in alone.items():
        tables += [scores(predictions, codes).assign(sensors=group)]
        tables += [row.assign(sensors=group) for row in _differences_to_all(predictions, together)]
    return pd.concat(tables, ignore_index=True)


def _differences_to_all(group: Predictions, together: Predictions) -> list[pd.DataFrame]:
    rows = []
    for run in sorted({run for run, _ in group}):
        pairs = [
            paired(found, together[pair], ("polygons", "polygons")) for pair, found in group.items() if pair[0] == run
        ]
        row = difference_row(pairs, f"difference_to_{ALL_SENSORS}")
        rows.append(row.assign(run=int(run), scheme="polygons")[["run", "scheme", *COLUMNS]])
    return rows
