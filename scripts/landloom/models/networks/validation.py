"""Which samples judge a network while others train it, and how well it does on them."""

from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.models.training_data import TrainingSet


def held_out(samples: TrainingSet, share: float, seed: int) -> np.ndarray:
    """Choose samples that no weights are fitted to: whole polygons, class by class.

    Samples of one polygon are alike: with some on either side, the loss would be half of what it is elsewhere.

    Parameters
    ----------
    samples : TrainingSet
        Those that were made from others are never held out.
    share : float
        Of the samples of each class; the polygon that passes it is the last. A class with one polygon keeps it.
    seed : int
        Orders the polygons.

    Returns
    -------
    ndarray of bool, shape (samples,)

    Raises
    ------
    InputError
        If nothing can be held out, since no class has two polygons.
    """
    real = np.arange(len(samples.codes)) < len(samples.codes) - samples.made
    held = np.zeros(len(real), bool)
    if not share:
        return held
    polygons = np.unique(samples.polygons[real])
    polygons = polygons[np.random.default_rng(seed).permutation(len(polygons))]
    place = dict(zip(polygons.tolist(), range(len(polygons)), strict=True))
    for code in np.unique(samples.codes):
        own = real & (samples.codes == code)
        found, sizes = np.unique(samples.polygons[own], return_counts=True)
        order = sorted(range(len(found)), key=lambda one: place[int(found[one])])
        for one in order[:-1]:
            if held[own].sum() >= share * sizes.sum():
                break
            held |= real & (samples.polygons == found[one])
    if not held.any():
        raise InputError(
            "model.validation_share: no class has two training polygons here, one of which could judge the network; "
            "give more polygons, or write `validation_share: 0`"
        )
    return held


@dataclass(frozen=True)
class Scores:
    """How well samples are recognised: accuracy, macro F1 over the classes that there are, Cohen's kappa."""

    oa: float
    f1: float
    kappa: float


def scores(true: np.ndarray, predicted: np.ndarray, classes: int) -> Scores:
    """Compare positions of classes.

    Parameters
    ----------
    true, predicted : ndarray of integers, shape (samples,)
        From 0.
    classes : int
    """
    counts = np.bincount(true * classes + predicted, minlength=classes**2).reshape(classes, classes).astype(float)
    right, there, said = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    present = there + said > 0
    total = counts.sum()
    by_chance = float((there * said).sum()) / total**2
    oa = float(right.sum()) / total
    kappa = (oa - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0
    return Scores(oa, float((2 * right[present] / (there + said)[present]).mean()), kappa)
