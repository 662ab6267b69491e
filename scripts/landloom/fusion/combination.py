"""Fusion of maps: majority vote, and Dempster-Shafer with belief masses from each map's confusion matrix.

Sources: Xu, Krzyzak and Suen (1992), Methods of combining multiple classifiers and their applications to handwriting
recognition, IEEE Transactions on Systems, Man, and Cybernetics 22; Shafer (1976), A Mathematical Theory of Evidence.
A map's label assigns its mass to this class and the remainder to the set of all classes. For such simple support
functions Dempster's rule has a closed form: with the product d(c) of (1 - mass) over the maps with label c, the
combined belief in c is proportional to (1 - d(c)) / d(c).
"""

from collections.abc import Sequence

import numpy as np
from numba import njit

from landloom.core.nomenclature import UNCLASSIFIED
from landloom.core.threads import run_tasks

EQUAL = 1e-9
"""Tolerance of evidence: smaller differences come from the order of summation."""

_TASK_PIXELS = 4096


def fuse(
    labels: np.ndarray, confidence: np.ndarray, beliefs: np.ndarray, codes: Sequence[int], ties: str
) -> tuple[np.ndarray, np.ndarray]:
    """Fuse several maps of the same pixels.

    Parameters
    ----------
    labels : ndarray of int32, shape (maps, pixels)
        Class codes; 0 where a map has no label.
    confidence : ndarray of uint8, shape (maps, pixels)
        Percent.
    beliefs : ndarray of float64, shape (maps, classes)
        Weight of a map's label: 1 for a majority vote,
        :func:`landloom.fusion.belief_masses.weights_of_evidence` for Dempster-Shafer.
    codes : sequence of int
        Class codes, ascending.
    ties : str
        ``confidence``: the class with the larger sum of confidences, then the smaller code.
        ``undecided``: label 0.

    Returns
    -------
    labels : ndarray of int32, shape (pixels,)
    confidence : ndarray of uint8, shape (pixels,)
        Mean over the labelling maps of the confidence for the same label, or 100 minus confidence for another label.
    """
    ascending = np.array(codes, np.int32)
    pixels = labels.shape[1]
    fused, support = np.zeros(pixels, np.int32), np.zeros(pixels, np.uint8)
    maps = (labels, confidence, np.ascontiguousarray(beliefs), ascending)
    run_tasks(_fuse, -(-pixels // _TASK_PIXELS), *maps, ties == "confidence", fused, support)
    return fused, support


@njit(cache=True, nogil=True)
def _fuse(first, last, labels, confidence, beliefs, codes, decide_ties, fused, support):
    """Fuse the pixels of some tasks."""
    maps, pixels = labels.shape
    # By class: number of maps, sum of weights, sum of confidences.
    voices, evidence, trust = np.zeros(len(codes)), np.zeros(len(codes)), np.zeros(len(codes))
    for pixel in range(first * _TASK_PIXELS, min(last * _TASK_PIXELS, pixels)):
        voices[:], evidence[:], trust[:] = 0.0, 0.0, 0.0
        for map_number in range(maps):
            label = labels[map_number, pixel]
            if label != UNCLASSIFIED:
                position = np.searchsorted(codes, label)
                voices[position] += 1
                evidence[position] += beliefs[map_number, position]
                trust[position] += confidence[map_number, pixel]
        position = _winner(voices, evidence, trust, decide_ties)
        if position >= 0:
            fused[pixel] = codes[position]
            support[pixel] = _mean_support(labels[:, pixel], confidence[:, pixel], codes[position], voices.sum())


@njit(cache=True)
def _winner(voices, evidence, trust, decide_ties):
    """Return the index of the labelled class with most evidence; -1 if there is none, or undecided."""
    best, tied = -1, False
    for position in range(len(voices)):
        if voices[position] == 0:
            continue
        if best < 0 or evidence[position] > evidence[best] + EQUAL:
            best, tied = position, False
        elif evidence[position] > evidence[best] - EQUAL:
            tied = True
            if trust[position] > trust[best]:
                best = position
    return -1 if tied and not decide_ties else best


@njit(cache=True)
def _mean_support(said, confidence, code, speaking):
    """Return the mean of confidences for a class, and of 100 minus those for another class."""
    total = 0.0
    for map_number in range(len(said)):
        if said[map_number] == code:
            total += confidence[map_number]
        elif said[map_number] != UNCLASSIFIED:
            total += 100.0 - confidence[map_number]
    return np.uint8(np.floor(total / speaking + 0.5))


def use_kernels() -> None:
    """Call the kernel once with the types of maps, so that it is compiled before the work."""
    fuse(np.ones((2, 4), np.int32), np.ones((2, 4), np.uint8), np.ones((2, 1)), [1], "confidence")
