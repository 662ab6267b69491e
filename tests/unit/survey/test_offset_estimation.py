"""Shifts that are known are found to a tenth of a pixel, with noise, clouds, and crops that have changed."""

import numpy as np
import pytest

from landloom.survey import offset_estimation
from scenes import FINE, SIDE, clouds, image


def found(reference, seen, side, clear=None, also_clear=None):
    """Return what patches of a side tell together, and how many there are."""
    shifts = []
    for row in range(0, SIDE - side + 1, side // 2):
        for column in range(0, SIDE - side + 1, side // 2):
            part = slice(row, row + side), slice(column, column + side)
            everywhere = np.ones((side, side), bool)
            pair = [
                offset_estimation.edges(values[part], everywhere if mask is None else mask[part])
                for values, mask in ((reference, also_clear), (seen, clear))
            ]
            shifts.append(offset_estimation.patch_shift(*pair))
    told = np.array([shift for shift in shifts if shift is not None]).reshape(-1, 2)
    return offset_estimation.consensus(told), len(shifts)


@pytest.mark.parametrize("shift", [(0, 0), (1, -2), (3, 5), (-7, 10), (12, -12)])
@pytest.mark.parametrize("season", [1, 2])
def test_known_shifts(shift, season):
    together, patches = found(image(1), image(season, *shift), 96)
    expected = -np.array(shift) / FINE
    assert np.abs(np.array(together.shift_px) - expected).max() < 0.05
    assert together.agreeing == patches


@pytest.mark.parametrize("shift", [(2, -3), (-9, 6)])
@pytest.mark.parametrize("same_clouds", [False, True])
def test_clouds_have_no_say(shift, same_clouds):
    """Nor have clouds, or faults of the sensor, that stand at one place in both images."""
    clear = clouds(7, 0.3)
    reference, seen = image(1), image(2, *shift)
    seen[~clear] = 9000 + 3000 * np.random.default_rng(1).random((~clear).sum())
    also_clear = clear if same_clouds else None
    if same_clouds:
        reference[~clear] = -10000
    together, _ = found(reference, seen, 96, clear, also_clear)
    assert np.abs(np.array(together.shift_px) + np.array(shift) / FINE).max() < 0.1


def test_clouds_that_are_taken_for_ground_would_have():
    """The test above can fail."""
    clear = clouds(7, 0.3)
    reference, seen = image(1), image(2, 2, -3)
    for values in (reference, seen):
        values[~clear] = 9000
    together, _ = found(reference, seen, 96)
    assert np.abs(np.array(together.shift_px) + np.array((2, -3)) / FINE).max() > 0.3


def test_nothing_to_see_tells_nothing():
    flat, clear = np.full((64, 64), 7.0), np.ones((64, 64), bool)
    assert not offset_estimation.edges(flat, clear).any()
    assert not offset_estimation.edges(image(1)[:64, :64], ~clear).any()
    assert offset_estimation.patch_shift(offset_estimation.edges(flat, clear), flat) is None
    assert offset_estimation.consensus(np.zeros((0, 2))) is None


def test_most_patches_decide():
    random = np.random.default_rng(2)
    right = np.array((1.5, -0.75)) + random.normal(0, 0.05, (12, 2))
    wrong = random.uniform(-40, 40, (30, 2))
    together = offset_estimation.consensus(random.permutation(np.concatenate([right, wrong])))
    assert together.agreeing == 12
    assert together.shift_px == pytest.approx((1.5, -0.75), abs=0.05)
    assert together.spread_px < 0.1
    alone = offset_estimation.consensus(np.array([[0.0, 3.0]]))
    assert (alone.shift_px, alone.agreeing, alone.spread_px) == ((0.0, 3.0), 1, 0.0)
    turned = offset_estimation.consensus(random.permutation(np.concatenate([right, wrong])))
    assert turned.agreeing == 12
