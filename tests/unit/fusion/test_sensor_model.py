"""Models of groups of sensors as one."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from landloom.accuracy.fold_schemes import SCHEMES
from landloom.fusion import belief_masses, sensor_beliefs, sensor_model
from landloom.fusion.sensor_fusion_settings import SensorFusionSettings
from landloom.models.interface import SingleModel
from landloom.training_set import training_set

CODES = [2, 3, 5, 7]
NAMES = ("a_B1_20180101", "a_B2_20180101", "b_B1_20180101", "ab_B1_20180101")


@dataclass(frozen=True)
class Linear(SingleModel):
    """A model whose probabilities are plain arithmetic."""

    feature_names: tuple[str, ...]
    classes: np.ndarray
    slopes: np.ndarray
    metadata: dict = field(default_factory=dict)

    def predict_proba(self, features):
        scores = np.exp(features.astype(np.float64) @ self.slopes / 1000)
        return (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def members():
    random = np.random.default_rng(8)
    return (
        Linear(NAMES[:2], np.array([2, 3, 5], np.int32), random.normal(size=(2, 3))),
        Linear(NAMES[2:], np.array([3, 5, 7], np.int32), random.normal(size=(2, 3))),
    )


@pytest.fixture(scope="module")
def features():
    random = np.random.default_rng(9)
    values = random.integers(-3000, 3000, (2000, 4)).astype(np.int16)
    values[:100, :2] = values[200:300, 2:] = values[400:410] = -10000
    return values


def test_as_a_naive_loop_decides(members, features):
    mass = np.random.default_rng(1).uniform(0.3, 0.95, (2, 4))
    model = sensor_model.joined(members, NAMES, ["a", "b", "ab"], belief_masses.weights_of_evidence(mass), CODES)
    fractions, told = model.decide(features)
    assert fractions.dtype == np.float32
    assert model.classes.tolist() == CODES
    seen = set()
    for pixel, vector in enumerate(features):
        said = []
        for position, (member, own) in enumerate(zip(members, (vector[:2], vector[2:]), strict=True)):
            if (own != -10000).any():
                chance = member.predict_proba(own[np.newaxis])[0]
                label = int(member.classes[chance.argmax()])
                said.append((label, float(chance.max()), position, chance))
        seen.add(int(told[pixel]))
        if not said:
            assert told[pixel] == sensor_model.NOBODY
            assert (fractions[pixel] == 0).all()
            continue
        # Two simple beliefs: the one that leaves the other less doubt wins.
        best = max(said, key=lambda one: (round(mass[one[2], CODES.index(one[0])], 9), round(100 * one[1])))
        agree = [one for one in said if one[0] == best[0]]
        decider = max(agree, key=lambda one: one[1])
        expected = sensor_model.ALL_AGREE if len(agree) == len(said) == 2 else decider[2] + 2
        assert told[pixel] == expected
        whole = dict.fromkeys(CODES, 0.0) | dict(zip(members[decider[2]].classes.tolist(), decider[3], strict=True))
        np.testing.assert_allclose(fractions[pixel], list(whole.values()), atol=1e-6)
    assert seen == {0, 1, 2, 3}


def test_plain_models_are_consulted_as_they_are(members, features):
    own = np.ascontiguousarray(features[:, :2])
    fraction, decider = members[0].decide(own)
    assert decider is None
    np.testing.assert_array_equal(fraction, members[0].predict_proba(own))


def test_a_raster_alone_gives_no_voice(features):
    """Two groups with a raster in both: where the sensors of one did not see the pixel, the other decides alone."""
    names = (NAMES[0], NAMES[2], "altitude")
    random = np.random.default_rng(3)
    members = [
        Linear((name, "altitude"), np.array([2, 3], np.int32), random.normal(size=(2, 2))) for name in names[:2]
    ]
    values = np.ascontiguousarray(features[500:, :3])
    values[:, 2] = 500
    values[:30, 0] = values[20:50, 1] = -10000
    model = sensor_model.joined(members, names, ["a", "b"], np.ones((2, 2)), [2, 3])
    fractions, told = model.decide(values)
    assert set(told[:20]) == {3}
    assert set(told[20:30]) == {sensor_model.NOBODY}
    assert set(told[30:50]) == {2}
    assert (fractions[20:30] == 0).all()
    np.testing.assert_array_equal(fractions[30:50], members[0].predict_proba(values[30:50][:, [0, 2]]))


def test_samples_are_cut_by_source():
    matrix = np.arange(12, dtype=np.int16).reshape(3, 4)
    samples = training_set.TrainingSet(matrix, np.ones(3, np.int32), np.ones(3, np.int64), NAMES)
    found = training_set.of_sources(samples, ["a", "ab"], ["a", "b", "ab"])
    assert found.names == (NAMES[0], NAMES[1], NAMES[3])
    np.testing.assert_array_equal(found.features, matrix[:, [0, 1, 3]])


def test_features_without_dates_are_cut_by_source_too():
    names = ("a_NDVI_p10", "ab_NDVI_day_of_max", "b_x_mean", "altitude", "season_start")
    samples = training_set.TrainingSet(np.zeros((3, 5), np.int16), np.ones(3, np.int32), np.ones(3, np.int64), names)
    owners = ["a", "b", "ab", "season"]
    assert training_set.of_sources(samples, ["ab"], owners).names == (names[1],)
    assert training_set.of_sources(samples, ["a", "altitude", "season"], owners).names == (names[0], *names[3:])


def predictions(seed, right):
    """Samples that are predicted right with some chance, the same by all schemes."""
    random = np.random.default_rng(seed)
    code = np.repeat(CODES, 500)
    predicted = np.where(random.random(2000) < right, code, random.choice(CODES, 2000)).astype(np.int32)
    confidence = random.uniform(0.5, 1, 2000).astype(np.float32)
    columns = {f"predicted_{scheme}": predicted for scheme in SCHEMES}
    columns |= {f"confidence_{scheme}": confidence for scheme in SCHEMES}
    return pd.DataFrame({"polygon": np.arange(2000), "code": code, "weight": 2.0, **columns})


def test_a_class_without_samples_is_believed_as_the_group_is():
    found = predictions(1, 0.8)
    evidence = sensor_beliefs.of_predictions([found], [*CODES, 11], "precision")[0]
    overall = (found.predicted_polygons == found.code).mean()
    assert evidence[-1] == pytest.approx(-np.log(1 - overall))


def test_groups_are_believed_as_far_as_they_are_right():
    groups = [predictions(1, 0.9), predictions(2, 0.6), predictions(3, 0.6)]
    evidence = sensor_beliefs.of_predictions(groups, CODES, "recall")
    for found, weights in zip(groups, evidence, strict=True):
        recall = (found.predicted_polygons == found.code).groupby(found.code).mean()
        np.testing.assert_allclose(weights, belief_masses.weights_of_evidence(recall.to_numpy()))
    together = sensor_beliefs.together(groups, CODES, "recall")
    right = [(one.predicted_blocks == one.code).mean() for one in [*groups, together]]
    assert right[3] > max(right[:3])
    pd.testing.assert_frame_equal(sensor_beliefs.together(groups[:1], CODES, "recall"), groups[0])


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        ({"one": ["s1", "dem"], "two": ["s2"]}, r"\['season'\] must be in a group"),
        ({"one": ["s1", "dem", "season"], "two": ["dem"]}, r"\['s2'\] must be in a group"),
        ({"one": ["s1", "s2"], "two": ["s2", "dem", "season"]}, "s2 is in more than one group"),
        ({"one": ["s1", "s2"], "two": ["dem", "season"]}, "two has no sensor"),
        ({"one": ["s1", "s2", "s3"], "two": ["dem", "season"]}, r"s3 is not among \['dem', 's1', 's2', 'season'\]"),
    ],
)
def test_groups_that_cannot_be(groups, problem):
    with pytest.raises(ValueError, match=problem):
        SensorFusionSettings(groups=groups).check_groups(["s1", "s2"], ["dem", "season"])


def test_rasters_and_functions_may_be_in_several_groups():
    groups = {"one": ["s1", "dem", "season"], "two": ["s2", "dem", "season"]}
    SensorFusionSettings(groups=groups).check_groups(["s1", "s2"], ["dem", "season"])
