"""Polygons whose label is contradicted by models that do not know them: mistakes of the reference, often.

Source: Northcutt, Jiang and Chuang (2021), Confident learning: estimating uncertainty in dataset labels, Journal of
Artificial Intelligence Research 70. Here a polygon is judged as a whole, by the share of its samples.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.core import parquet
from landloom.training_set.settings import SuspectedSettings
from landloom.training_set.training_set import Portion

_READ = ["polygon", "code", "predicted_polygons", "confidence_polygons"]
COLUMNS = ["polygon", "code", "samples", "suspected_fraction", "predicted", "confidence"]


def polygons(predictions: pd.DataFrame, settings: SuspectedSettings) -> pd.DataFrame:
    """Return the suspected polygons.

    Parameters
    ----------
    predictions : DataFrame
        As of :func:`landloom.accuracy.cross_validation.table`; those by whole polygons count.

    Returns
    -------
    DataFrame
        ``polygon``, ``code``, ``samples``, ``suspected_fraction``, ``predicted``: the class that most of the
        suspected samples are taken for, and their mean ``confidence`` in it; the largest share and confidence first.
    """
    contradicted = (predictions.predicted_polygons != predictions.code) & (
        predictions.confidence_polygons >= settings.confidence
    )
    samples = predictions.groupby(["polygon", "code"]).size().rename("samples")
    contradictions = predictions[contradicted].groupby(["polygon", "code", "predicted_polygons"])
    taken = contradictions.confidence_polygons.agg(["size", "mean"]).reset_index()
    total = taken.groupby(["polygon", "code"])["size"].sum().rename("contradicted")
    first = taken.sort_values(["size", "predicted_polygons"], ascending=[False, True]).drop_duplicates(
        ["polygon", "code"]
    )
    found = first.set_index(["polygon", "code"]).join(samples).join(total).reset_index()
    found["suspected_fraction"] = found.contradicted / found.samples
    found = found.rename(columns={"predicted_polygons": "predicted", "mean": "confidence"})
    found = found[found.suspected_fraction >= settings.fraction]
    order = found.sort_values(["suspected_fraction", "confidence", "polygon"], ascending=[False, False, True])
    return order[COLUMNS].reset_index(drop=True)


def by_year(
    paths: Sequence[Path | str], years: Sequence[int], settings: SuspectedSettings | None
) -> dict[int, np.ndarray]:
    """Return the suspected polygons of all regions, of each year that trains, and write their number to the log.

    Parameters
    ----------
    paths : sequence of path
        Cross-validations of all regions, year by year: see :func:`landloom.accuracy.cross_validation.table`.
    years : sequence of int
    settings : section of the configuration or None
        Without it, none is left out.

    Returns
    -------
    dict of year: ndarray of int64
    """
    if settings is None:
        return dict.fromkeys(years, np.zeros(0, np.int64))
    found = [polygons(parquet.read_columns(path, _READ).to_pandas(), settings).polygon for path in paths]
    regions = len(paths) // len(years)
    suspected = {
        year: np.unique(np.concatenate(found[position * regions : (position + 1) * regions]))
        for position, year in enumerate(years)
    }
    for year, those in suspected.items():
        print(f"{year}: {len(those)} suspected polygons, of all regions, are left out", file=sys.stderr)
    return suspected


def without(portions: Sequence[Portion], suspected: np.ndarray) -> list[Portion]:
    """Return samples but for those in suspected polygons; a class of which nothing else is left keeps its own.

    Parameters
    ----------
    portions : sequence of Portion
        Of one region.
    suspected : ndarray of int64
        Polygons.
    """
    keep = [~np.isin(portion.polygons, suspected) for portion in portions]
    kept = {code for portion, good in zip(portions, keep, strict=True) for code in np.unique(portion.codes[good])}
    return [
        portion.restricted(good | ~np.isin(portion.codes, list(kept)))
        for portion, good in zip(portions, keep, strict=True)
    ]


def of_regions(predictions: Mapping[tuple[str, str], pd.DataFrame], settings: SuspectedSettings) -> pd.DataFrame:
    """Return the suspected polygons of all runs and regions: ``run``, ``region``, and as :func:`polygons`."""
    parts = [
        polygons(found, settings).assign(run=int(run), region=region) for (run, region), found in predictions.items()
    ]
    return pd.concat(parts, ignore_index=True)[["run", "region", *COLUMNS]]
