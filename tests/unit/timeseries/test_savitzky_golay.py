import numpy as np
import pytest
from scipy.signal import savgol_filter

from landloom.core.errors import InputError
from landloom.timeseries.gap_filling import fill_gaps
from making import sensor_features, stacked


def made(observations=25, pixels=300):
    rng = np.random.default_rng(1)
    days = np.sort(rng.integers(0, 200, observations))
    return (
        rng.integers(0, 6000, (observations, 2, pixels)).astype(np.int16),
        rng.random((observations, pixels)) < 0.6,
        days,
    )


@pytest.mark.parametrize(("window", "degree", "outputs"), [(7, 2, 20), (5, 3, 5), (3, 0, 4), (21, 5, 30)])
def test_equals_scipy_on_the_linearly_filled_dates(window, degree, outputs):
    values, valid, days = made()
    output_days = 5 + 6 * np.arange(outputs)
    method = {"method": "savitzky_golay", "window": window, "degree": degree}
    found, seen = stacked(sensor_features(days, output_days, interpolation=method), values, valid)
    linear = fill_gaps(values, valid, days, output_days).astype(float)
    expected = savgol_filter(linear, window, degree, axis=0, mode="interp")
    expected = np.clip(expected, -9999, 32767).reshape(-1, 300).T
    assert np.abs(found - expected)[seen].max() <= 0.5 + 1e-6
    assert (found[~seen] == -10000).all()


def test_dates_at_other_steps_are_taken_as_they_are():
    """A parabola in days stays one, which it would not if dates counted as equally far apart."""
    output_days = np.array([0, 3, 10, 11, 30, 31, 45])
    values = (100 + 3 * output_days**2)[:, None, None].repeat(2, 1).astype(np.int16)
    method = {"method": "savitzky_golay", "window": 5, "degree": 2}
    part = sensor_features(output_days, output_days, interpolation=method)
    found, _ = stacked(part, values, np.ones((7, 1), bool))
    np.testing.assert_array_equal(found[0, ::2], values[:, 0, 0])


def test_fewer_dates_than_the_window():
    with pytest.raises(InputError, match=r"sensors\.s: features\.interpolation\.window: 7 output dates, but"):
        sensor_features([1, 2], [1, 2, 3], interpolation={"method": "savitzky_golay"})
