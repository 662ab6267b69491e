"""How many samples trained the models of folds and those of the map, which is why their scores differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from landloom.accuracy.settings import CrossValidationSettings


@dataclass(frozen=True)
class FoldTraining:
    """Samples of the first run that train.

    Attributes
    ----------
    most_per_class : int
        That a model of folds takes of a class.
    folds, whole : int
        That models of folds have at most, and that those of the map have, over all classes and regions.
    """

    most_per_class: int
    folds: int
    whole: int


def fold_training(counts: pd.DataFrame | None, section: Mapping[str, Any]) -> FoldTraining | None:
    """Return what trains the models of folds and those of the map; None without training.

    Parameters
    ----------
    counts : DataFrame or None
        ``sample_counts.csv``: ``run``, ``region``, ``code``, ``samples``.
    section : dict
        The section `cross_validation` of the configuration.
    """
    if counts is None or counts.empty:
        return None
    most = CrossValidationSettings(**section).samples_per_class
    samples = counts.loc[counts.run == counts.run.min(), "samples"].to_numpy()
    return FoldTraining(most, int(np.minimum(samples, most).sum()), int(samples.sum()))


def covers_the_map(counts: pd.DataFrame | None, mapped_pixels: float) -> bool:
    """Return whether the reference labels nearly every pixel of the map (99 %), so that no ground is left out."""
    if counts is None or counts.empty or not mapped_pixels:
        return False
    first = counts[counts.run == counts.run.min()]
    return float(first.reference_pixels.sum()) >= 0.99 * mapped_pixels
