"""Cross-validation: out-of-fold predictions of the training samples, with the probabilities of all classes.

Folds of pixels leave neighbours of a test pixel, in the same polygon, among the training pixels; folds of whole
polygons and of whole spatial blocks do not. Source: Roberts et al. (2017), Ecography 40; Karasiak et al. (2022),
Spatial dependence between training and test sets, Machine Learning 111.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy.fold_schemes import NOT_PREDICTED, PROBABILITY, SCHEMES
from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.core.tables import read_frame
from landloom.features import vectors
from landloom.features.names import parsed
from landloom.models.interface import Model
from landloom.models.settings import TrainedSettings
from landloom.models.training_data import TrainingSet
from landloom.training import fitting

PROBABILITY_STEPS = 1000
"""Of a probability that is kept as an integer."""

Examine = Callable[[Model, np.ndarray], None]


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Out-of-fold predictions of samples.

    Attributes
    ----------
    predicted : ndarray of int32, shape (samples,)
        The most probable class.
    confidence : ndarray of float32, shape (samples,)
        Its probability; 0 without prediction.
    classes : ndarray of int32, ascending
        All classes of the samples.
    probabilities : ndarray of uint16, shape (samples, classes)
        Probabilities of all classes in thousandths: 0 of a class that the fold's model does not know, and all 0
        without prediction.
    """

    predicted: np.ndarray
    confidence: np.ndarray
    classes: np.ndarray
    probabilities: np.ndarray

    @classmethod
    def empty(cls, codes: np.ndarray) -> "OutOfFold":
        """Return what is known of samples of some classes before anything is predicted."""
        number, classes = len(codes), np.unique(codes).astype(np.int32)
        return cls(
            np.full(number, NOT_PREDICTED, np.int32),
            np.zeros(number, np.float32),
            classes,
            np.zeros((number, len(classes)), np.uint16),
        )


@dataclass(frozen=True)
class Training:
    """How the models of the folds are trained.

    Attributes
    ----------
    most_per_class : int
        Samples that a model is trained with, drawn by the seed.
    seed, threads : int
    sensors : sequence of str
        All of them: see :class:`landloom.training.fitting.TrainingPlan`.
    """

    most_per_class: int
    seed: int
    threads: int
    sensors: Sequence[str]


def ignore(_model: Model, _positions: np.ndarray) -> None:
    """Default examination of a fold, which does nothing."""


def seed_of(seed: int, run: int, region: int) -> int:
    """Return the seed of the folds of a region and run, 0 to 2**31 - 1; those of its models are others."""
    return int(np.random.default_rng([seed, run, region, len("cross")]).integers(2**31))


def predict(
    model: TrainedSettings,
    samples: TrainingSet,
    fold_of_sample: np.ndarray,
    training: Training,
    examine: Examine = ignore,
) -> OutOfFold:
    """Predict each fold with a model trained on samples of the others.

    Parameters
    ----------
    model : section of the configuration
        Its parameters as they stand there: none are searched for here. Features are reduced, if they are, by the
        samples that each model is trained with.
    samples : TrainingSet
    fold_of_sample : ndarray of int64, shape (samples,)
    training : Training
    examine : function of a model and of the positions of a fold that it has not seen
        Called for each fold.

    Returns
    -------
    OutOfFold
        Without predictions for samples that no sensor saw (:func:`observed`), for folds whose complement cannot
        train, and for samples of a class that the complement does not have: its model could not be right.
    """
    found, seen = OutOfFold.empty(samples.codes), observed(samples, training.sensors)
    for fold in np.unique(fold_of_sample):
        known = np.flatnonzero(fold_of_sample != fold)
        classes = np.unique(samples.codes[known])
        unseen = np.flatnonzero(seen & (fold_of_sample == fold) & np.isin(samples.codes, classes))
        if len(classes) > 1 and len(unseen):
            random = np.random.default_rng([training.seed, int(fold)])
            chosen = known[thinned(samples.codes[known], training.most_per_class, random)]
            try:
                part, threads = samples.subset(chosen), training.threads
                fitted = fitting.fit_alone(part, model, training.sensors, training.seed, threads)
            except InputError as error:  # what is learnt of the accuracy must not end what makes the map
                print(f"a fold is left out: {error}", file=sys.stderr)
                continue
            _predict_fold(fitted, samples, unseen, found)
            examine(fitted, unseen)
    return found


def observed(samples: TrainingSet, sensors: Sequence[str]) -> np.ndarray:
    """Return which samples any of the sensors saw, bool: others a map leaves empty, whatever rasters say of them.

    Parameters
    ----------
    samples : TrainingSet
    sensors : sequence of str
        Where none of them has a feature, all features count.
    """
    names = samples.names
    of_sensors = [column for column, name in enumerate(names) if parsed(name, sensors).owner]
    blind = np.arange(len(samples.codes))
    for column in of_sensors or range(len(names)):
        blind = blind[samples.features[blind, column] == NODATA]
    found = np.ones(len(samples.codes), bool)
    found[blind] = False
    return found


def predict_all(
    model: TrainedSettings,
    samples: TrainingSet,
    folds: Mapping[str, np.ndarray],
    training: Training,
    examine: Mapping[str, Examine],
) -> dict[str, OutOfFold]:
    """Predict the samples by each scheme of folds: see :func:`predict`, whose parameters these are, by scheme."""
    found = {
        scheme: predict(model, samples, fold_of_sample, training, examine.get(scheme, ignore))
        for scheme, fold_of_sample in folds.items()
    }
    for scheme, one in found.items():
        missing = np.setdiff1d(samples.codes, samples.codes[one.predicted != NOT_PREDICTED])
        if len(missing):
            why = "all samples are in one fold, or the others cannot train"
            print(f"folds of {scheme}: none tests {_named(missing)}: {why}", file=sys.stderr)
    return found


def _named(codes: np.ndarray) -> str:
    return f"class{'es' if len(codes) > 1 else ''} {', '.join(map(str, codes.tolist()))}"


def of_reference(samples: TrainingSet) -> TrainingSet:
    """Return the samples in reference polygons: those of an earlier map are not valid as test samples.

    Raises
    ------
    InputError
        If they are of fewer than two classes.
    """
    own = samples.subset(np.flatnonzero(samples.polygons >= 0))
    if len(np.unique(own.codes)) < 2:
        raise InputError("the samples in reference polygons have fewer than two classes")
    return own


def thinned(codes: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    """Return positions of at most the given number of samples of each class, ascending."""
    order = random.permutation(len(codes))
    rank = pd.Series(codes[order]).groupby(codes[order]).cumcount().to_numpy()
    return np.sort(order[rank < most])


def _predict_fold(model: Model, samples: TrainingSet, positions: np.ndarray, found: OutOfFold) -> None:
    for part in vectors.chunks(len(positions)):
        here = positions[part]
        fraction = model.predict_proba(samples.features[here])
        best = fraction.argmax(axis=1)
        found.predicted[here] = model.classes[best]
        found.confidence[here] = fraction[np.arange(len(here)), best]
        columns = np.searchsorted(found.classes, model.classes)
        found.probabilities[here[:, None], columns] = np.rint(PROBABILITY_STEPS * fraction).astype(np.uint16)


def table(samples: TrainingSet, found: Mapping[str, OutOfFold], reference_pixels: Mapping[int, int]) -> pd.DataFrame:
    """Return the predictions of a region and run.

    Parameters
    ----------
    reference_pixels : dict of code: pixels
        Reference pixels of the region, which the samples of a class represent.

    Returns
    -------
    DataFrame
        ``polygon``, ``code``, ``weight``: number of reference pixels that a sample represents, and for each scheme
        ``predicted_pixels`` ..., ``confidence_pixels`` ... and, for each class, ``probability_pixels_7`` ... (uint16,
        thousandths).
    """
    weight = weights(samples.codes, reference_pixels)
    columns = {"polygon": samples.polygons, "code": samples.codes, "weight": weight}
    for scheme, one in found.items():
        columns |= {f"predicted_{scheme}": one.predicted, f"confidence_{scheme}": one.confidence}
    for scheme, one in found.items():
        columns |= {
            f"{PROBABILITY}{scheme}_{code}": one.probabilities[:, position]
            for position, code in enumerate(one.classes.tolist())
        }
    return pd.DataFrame(columns)


def reference_pixels(counts: Path | str, region: str, run: int) -> dict[int, int]:
    """Return how many reference pixels of each class there are in a region and run, by ``sample_counts.csv``."""
    table = read_frame(counts)
    here = table[(table.run == run) & (table.region == region)]
    return dict(zip(here.code.tolist(), here.reference_pixels.tolist(), strict=True))


def weights(codes: np.ndarray, reference_pixels: Mapping[int, int]) -> np.ndarray:
    """Return the number of reference pixels of its class that each sample represents, float64."""
    found, index, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return (np.array([reference_pixels[int(code)] for code in found]) / counts)[index]


def nothing() -> pd.DataFrame:
    """Return the table of a region whose samples cannot be split into folds."""
    nobody = np.zeros(0, np.int32)
    samples = TrainingSet(np.zeros((0, 0), np.int16), nobody, nobody.astype(np.int64), ())
    return table(samples, dict.fromkeys(SCHEMES, OutOfFold.empty(nobody)), {})
