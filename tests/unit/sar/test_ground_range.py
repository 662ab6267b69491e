import numpy as np
import pytest
from scipy.optimize import brentq

from landloom.core.errors import InputError
from landloom.sar.ground_range import convert_row, fit_conversion, nearest_ground_range
from unit.sar import making


def converted(conversion, times, ranges):
    count = len(times)
    ground, growth = np.empty(count), np.empty(count)
    convert_row(conversion, np.asarray(times, float), np.asarray(ranges, float), np.empty((2, count)), ground, growth)
    return ground, growth


def slant(record, ground):
    return np.polynomial.polynomial.polyval(ground, making.annotation().grsr[record])


def inverted(record, slant_range):
    return brentq(lambda ground: slant(record, ground) - slant_range, -3e3, 3e5, xtol=1e-6)


@pytest.mark.parametrize("record", [0, 3, 6])
def test_the_inverse_is_exact(record):
    conversion, made = making.scene().conversion, making.annotation()
    ground = np.linspace(0, making.PIXELS * making.SPACING, 41)
    ranges, times = slant(record, ground), np.full(41, made.record_times[record])
    assert np.abs(nearest_ground_range(conversion, times, ranges) - ground).max() < 0.1
    found, growth = converted(conversion, times, ranges)
    assert np.abs(found - ground).max() < 0.1
    steps = np.gradient(ground, ranges)[1:-1]
    np.testing.assert_allclose(growth[1:-1], steps, rtol=2e-3)


def test_between_records_images_are_linear_and_grids_nearest():
    made, ranges = making.annotation(), np.full(4, making.NEAR_M + 60e3)
    first, second = (inverted(record, ranges[0]) for record in (2, 3))
    times = made.record_times[2] + np.array([0.0, 0.25, 0.4, 0.75])
    found, _ = converted(making.scene().conversion, times, ranges)
    np.testing.assert_allclose(found, first + (second - first) * np.array([0, 0.25, 0.4, 0.75]), atol=0.1)
    assert abs(second - first) > 3
    nearest = nearest_ground_range(making.scene().conversion, times, ranges)
    np.testing.assert_allclose(nearest, [first, first, first, second], atol=0.1)


def test_records_hold_beyond_the_first_and_the_last():
    made, conversion = making.annotation(), making.scene().conversion
    ends = made.record_times[[0, -1]]
    ranges = np.full(2, making.NEAR_M + 30e3)
    at, beyond = (
        converted(conversion, ends, ranges)[0],
        converted(conversion, ends + np.array([-0.7, 0.7]), ranges)[0],
    )
    np.testing.assert_array_equal(at, beyond)


def test_neighbours_do_not_matter():
    rng = np.random.default_rng(2)
    times, ranges = rng.uniform(-4, 4, 50), rng.uniform(making.NEAR_M, making.NEAR_M + 150e3, 50)
    whole = converted(making.scene().conversion, times, ranges)
    single = [converted(making.scene().conversion, times[k : k + 1], ranges[k : k + 1]) for k in range(50)]
    np.testing.assert_array_equal(np.array(whole), np.concatenate(single, axis=1))


def test_one_record_is_enough():
    made = making.annotation()
    conversion = fit_conversion(made.record_times[:1], made.starts[:1], made.grsr[:1], 260e3)
    found, _ = converted(conversion, [-9.0, 9.0], [making.NEAR_M + 1e3] * 2)
    np.testing.assert_allclose(found, inverted(0, making.NEAR_M + 1e3), atol=0.1)


def test_damaged_records_are_refused():
    made = making.annotation()
    with pytest.raises(InputError, match="0 records"):
        fit_conversion(np.empty(0), np.empty(0), np.empty((0, 9)), 260e3)
    with pytest.raises(InputError, match="ascending times"):
        fit_conversion(made.record_times[::-1], made.starts, made.grsr, 260e3)
    with pytest.raises(InputError, match="does not grow"):
        fit_conversion(made.record_times, made.starts, -made.grsr, 260e3)
