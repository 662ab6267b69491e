"""Fusion of maps."""

import itertools

import numpy as np
import pandas as pd
import pytest

from landloom.accuracy import confusion
from landloom.fusion import belief_masses, combination

CODES = [2, 3, 7, 300]


@pytest.fixture(scope="module")
def maps():
    """Five maps of few pixels, many of which tie."""
    random = np.random.default_rng(4)
    labels = random.choice([0, *CODES], (5, 3000), p=[0.1, 0.3, 0.3, 0.2, 0.1]).astype(np.int32)
    labels[:, 0] = 0
    return labels, random.integers(20, 101, labels.shape).astype(np.uint8)


def combine(one, other):
    """Dempster's rule for any masses of sets."""
    joint, conflict = {}, 0.0
    for (left, a), (right, b) in itertools.product(one.items(), other.items()):
        if left & right:
            joint[left & right] = joint.get(left & right, 0) + a * b
        else:
            conflict += a * b
    return {focus: mass / (1 - conflict) for focus, mass in joint.items()}


def naive(labels, confidence, scores_of):
    """Labels and confidences, pixel by pixel, of the class of the largest score; ties by confidence, then code."""
    fused, support = [], []
    for pixel in range(labels.shape[1]):
        pairs = zip(labels[:, pixel], confidence[:, pixel], strict=True)
        said = [(int(label), int(sure)) for label, sure in pairs if label]
        if not said:
            fused.append(0)
            support.append(0)
            continue
        scores = scores_of(labels[:, pixel])
        trust = {code: sum(sure for label, sure in said if label == code) for code in scores}
        best = max(scores, key=lambda code: (round(scores[code], 9), trust[code], -code))
        fused.append(best)
        fractions = [sure if label == best else 100 - sure for label, sure in said]
        support.append(int(np.floor(sum(fractions) / len(said) + 0.5)))
    return np.array(fused), np.array(support)


def test_majority_as_a_naive_loop_says(maps):
    labels, confidence = maps
    found = combination.fuse(labels, confidence, np.ones((5, 4)), CODES, "confidence")
    expected = naive(labels, confidence, lambda said: {int(one): (said == one).sum() for one in said if one})
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


def test_dempster_shafer_as_dempsters_rule_on_sets_says(maps):
    labels, confidence = maps[0][:, :600], maps[1][:, :600]
    mass = np.random.default_rng(1).uniform(0.2, 0.95, (5, 4))

    def belief(said):
        masses = {frozenset(CODES): 1.0}
        for number, label in enumerate(said):
            if label:
                own = mass[number, CODES.index(label)]
                masses = combine(masses, {frozenset([int(label)]): own, frozenset(CODES): 1 - own})
        return {int(code): masses.get(frozenset([int(code)]), 0) for code in said if code}

    found = combination.fuse(labels, confidence, belief_masses.weights_of_evidence(mass), CODES, "confidence")
    expected = naive(labels, confidence, belief)
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


def test_ties_may_stay_undecided():
    labels = np.array([[2, 2, 2], [3, 3, 2], [0, 3, 3]], np.int32)
    confidence = np.full((3, 3), 60, np.uint8)
    assert combination.fuse(labels, confidence, np.ones((3, 4)), CODES, "undecided")[0].tolist() == [0, 3, 2]
    assert combination.fuse(labels, confidence, np.ones((3, 4)), CODES, "confidence")[0].tolist() == [2, 3, 2]


def test_maps_that_were_never_wrong_can_be_fused():
    labels = np.array([[2], [3], [3]], np.int32)
    evidence = belief_masses.weights_of_evidence(np.ones((3, 4)))
    assert np.isfinite(evidence).all()
    assert combination.fuse(labels, np.full((3, 1), 50, np.uint8), evidence, CODES, "confidence")[0].tolist() == [3]


def test_order_of_the_maps_does_not_count(maps):
    mass = np.random.default_rng(1).uniform(0.2, 0.95, (5, 4))
    one = combination.fuse(*maps, belief_masses.weights_of_evidence(mass), CODES, "confidence")
    turned = combination.fuse(
        maps[0][::-1], maps[1][::-1], belief_masses.weights_of_evidence(mass[::-1]), CODES, "confidence"
    )
    np.testing.assert_array_equal(one, turned)


def test_masses_are_scores_of_the_confusion_matrix():
    matrix = pd.DataFrame([[0, 8, 2], [3, 1, 9]], index=[2, 3], columns=[0, 2, 3])
    assert belief_masses.masses(matrix, "precision").tolist() == [8 / 9, 9 / 11]
    assert belief_masses.masses(matrix, "recall").tolist() == [8 / 10, 9 / 10]
    assert belief_masses.masses(matrix, "accuracy").tolist() == [17 / 20] * 2
    assert belief_masses.masses(matrix, "kappa") == pytest.approx([confusion.kappa(matrix)] * 2)
    silent = pd.DataFrame([[0, 5, 0], [0, 0, 0]], index=[2, 3], columns=[0, 2, 3])
    assert belief_masses.masses(silent, "precision").tolist() == [1.0, 0.0]
