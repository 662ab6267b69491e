import numpy as np
import pytest

from landloom.models import files
from landloom.models.forest import conversion
from landloom.models.forest.union import united

NAMES = ("a", "b", "c", "d")


def grown(codes, seed, trees=7, names=NAMES):
    random = np.random.default_rng(seed)
    labels = random.choice(codes, 200)
    features = (random.normal(0, 300, (200, len(names))) + 20 * labels[:, None]).astype(np.int16)
    return conversion.fit(
        features, labels, names, seed, 1, {"n_estimators": trees, "max_depth": 6}, {"key": str(seed)}
    )


def test_probabilities_are_the_mean_over_the_classes_of_all(tmp_path):
    members = [grown(codes, seed) for seed, codes in enumerate(([3, 9, 40], [9, 12], [3, 5, 9, 12, 60]))]
    whole = united(members)
    assert whole.classes.tolist() == [3, 5, 9, 12, 40, 60]
    assert whole.classes.dtype == np.int32
    pixels = np.random.default_rng(9).integers(-800, 2000, (500, 4)).astype(np.int16)
    expected = np.zeros((500, 6))
    for member in members:
        expected[:, np.searchsorted(whole.classes, member.classes)] += member.predict_proba(pixels) / 3
    assert np.abs(whole.predict_proba(pixels) - expected).max() < 1e-6
    files.save(whole, tmp_path / "m.npz")  # loading checks all its arrays
    assert np.array_equal(files.load(tmp_path / "m.npz").predict_proba(pixels), whole.predict_proba(pixels))
    assert whole.metadata == members[0].metadata


def test_one_forest_is_itself():
    single = grown([1, 2], 5)
    pixels = np.random.default_rng(1).integers(-500, 500, (50, 4)).astype(np.int16)
    assert np.array_equal(united([single]).predict_proba(pixels), single.predict_proba(pixels))


@pytest.mark.parametrize("other", [{"trees": 5}, {"names": ("a", "b", "c", "e")}])
def test_forests_that_differ(other):
    with pytest.raises(ValueError, match="differ"):
        united([grown([1, 2], 1), grown([1, 2], 2, **other)])
