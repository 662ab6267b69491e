"""Sensor fusion model: one model per sensor group, combined by evidence for each pixel.

The label follows Dempster's rule (see :mod:`landloom.fusion.combination`); the probabilities are those of the
deciding model: the most confident of those with this label. Source of the rule and of the confidence: iota2's fusion
of radar and optical classifications; there, ties leave no probabilities.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features.names import parsed
from landloom.fusion import combination
from landloom.models.interface import Model, check_matrix

NOBODY, ALL_AGREE = 0, 1
FIRST_MEMBER = 2
"""Codes of the deciding sensor group: none, all in agreement, the first group, the second ..."""


@dataclass(frozen=True, eq=False)
class SensorFusion:
    """Models of sensor groups as one model.

    Attributes
    ----------
    members : tuple of Model
    columns : tuple of ndarray of int64
        Features of each model.
    seen_by : tuple of ndarray of int64
        Features of each model that come from sensors: a model is ignored at pixels without valid observation of its
        sensors, whatever the values of rasters and functions.
    evidence : ndarray of float64, shape (members, classes)
        Weight of each model's labels, by all classes.
    feature_names : tuple of str
    classes : ndarray of int32, ascending
    metadata : dict of str to str
    """

    members: tuple[Model, ...]
    columns: tuple[np.ndarray, ...]
    seen_by: tuple[np.ndarray, ...]
    evidence: np.ndarray
    feature_names: tuple[str, ...]
    classes: np.ndarray
    metadata: dict[str, str]

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Compute the probabilities of the deciding models; see :meth:`decide`."""
        return self.decide(features)[0]

    def decide(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute the probabilities of the deciding models, and the deciding sensor groups.

        Parameters
        ----------
        features : ndarray, (pixels, features) int16, C-contiguous

        Returns
        -------
        probabilities : ndarray, (pixels, classes) float32
        deciders : ndarray, (pixels,) uint8
            0 if no model has valid observations, 1 if several have and all of them agree, else the position of the
            deciding model, from 2.
        """
        check_matrix(features, len(self.feature_names))
        probabilities, speaks = self._probabilities(features)
        confidence = probabilities.max(axis=2)
        labels = np.where(speaks, self.classes[probabilities.argmax(axis=2)], 0).astype(np.int32)
        fused, decider = winners(labels, confidence, self.evidence, self.classes.tolist())
        says_so = speaks & (labels == fused)
        together = (says_so == speaks).all(axis=0) & (speaks.sum(axis=0) > 1)
        told = np.where(together, ALL_AGREE, decider + FIRST_MEMBER)
        told[~speaks.any(axis=0)] = NOBODY
        return np.ascontiguousarray(probabilities[decider, np.arange(len(features))]), told.astype(np.uint8)

    def _probabilities(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each model's probabilities, (members, pixels, classes), all 0 without valid observation."""
        probabilities = np.zeros((len(self.members), len(features), self.classes.size), np.float32)
        speaks = np.zeros(probabilities.shape[:2], bool)
        for index, (member, columns) in enumerate(zip(self.members, self.columns, strict=True)):
            own = np.ascontiguousarray(features[:, columns])
            probabilities[index][:, np.searchsorted(self.classes, member.classes)] = member.predict_proba(own)
            speaks[index] = (features[:, self.seen_by[index]] != NODATA).any(axis=1)
            probabilities[index][~speaks[index]] = 0
        return probabilities, speaks


def winners(
    labels: np.ndarray, confidence: np.ndarray, evidence: np.ndarray, codes: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the label with most evidence and its decider, the most confident model with that label.

    Parameters
    ----------
    labels : ndarray of int32, shape (members, pixels)
        0 where a model has no label.
    confidence : ndarray of float, shape (members, pixels)
    evidence : ndarray of float64, shape (members, codes)
    codes : sequence of int

    Returns
    -------
    labels : ndarray of int32, shape (pixels,)
    deciders : ndarray of int64, shape (pixels,)
    """
    percent = np.floor(100 * confidence + 0.5).astype(np.uint8)
    label, _ = combination.fuse(labels, percent, evidence, codes, "confidence")
    return label, np.where((labels == label) & (labels != 0), confidence, -1.0).argmax(axis=0)


def joined(
    members: Sequence[Model],
    names: Sequence[str],
    sensors: Sequence[str],
    evidence: np.ndarray,
    codes: Sequence[int],
) -> SensorFusion:
    """Combine models of sensor groups.

    Parameters
    ----------
    members : sequence of Model
        Models with features among `names`.
    names : sequence of str
        Names of all features.
    sensors : sequence of str
        All sensors.
    evidence : ndarray of float64, shape (members, codes)
    codes : sequence of int
        Ascending; include all classes of the models.
    """
    index = {name: position for position, name in enumerate(names)}
    of_sensor = np.array([bool(parsed(name, sensors).owner) for name in names])
    columns = tuple(np.array([index[name] for name in member.feature_names], np.int64) for member in members)
    classes = np.unique(np.concatenate([member.classes for member in members])).astype(np.int32)
    return SensorFusion(
        tuple(members),
        columns,
        tuple(own[of_sensor[own]] for own in columns),
        np.ascontiguousarray(evidence[:, np.searchsorted(codes, classes)]),
        tuple(names),
        classes,
        {},
    )
