"""Which samples judge a network while others train it, and how well it does on them."""

from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.models.training_data import TrainingSet


@dataclass(frozen=True, eq=False)
class Division:
    """Positions of the samples that weights are fitted to, and of those that judge them, ascending int64."""

    fitted: np.ndarray
    judging: np.ndarray


def divided(samples: TrainingSet, share: float, seed: int) -> Division:
    """Choose samples that no weights are fitted to: whole polygons, class by class.

    Samples of one polygon are alike: with some on either side, the loss would be half of what it is elsewhere. Those
    that were made from others judge nothing, and those made from held-out ones are fitted to neither.

    Parameters
    ----------
    samples : TrainingSet
    share : float
        Of the samples of each class; the polygon that passes it is the last. A class with one polygon keeps it.
    seed : int
        Orders the polygons.

    Raises
    ------
    InputError
        If nothing can be held out, since no class has two polygons.
    """
    places = np.arange(len(samples.codes))
    if not share:
        return Division(places, places[:0])
    # Blocks of ground that stand for polygons may have several classes: a pair of both is held out.
    pairs = np.stack((samples.codes.astype(np.int64), samples.polygons))
    groups, group_of_sample = np.unique(pairs, axis=1, return_inverse=True)
    group_of_sample = group_of_sample.reshape(-1)
    real = places < len(places) - samples.made
    sizes = np.bincount(group_of_sample[real], minlength=groups.shape[1])
    order = np.random.default_rng(seed).permutation(groups.shape[1])
    held = np.zeros(groups.shape[1], bool)
    for code in np.unique(groups[0]):
        own = order[(groups[0] == code)[order] & (sizes[order] > 0)]
        before = np.cumsum(sizes[own]) - sizes[own]
        held[own[:-1]] = before[:-1] < share * sizes[own].sum()
    if not held.any():
        raise InputError(
            "model.validation_share: no class has two training polygons here, one of which could judge the network; "
            "give more polygons, or write `validation_share: 0`"
        )
    is_held = held[group_of_sample]
    return Division(np.flatnonzero(~is_held), np.flatnonzero(is_held & real))


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
