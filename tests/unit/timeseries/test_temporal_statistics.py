import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.timeseries import temporal_statistics
from landloom.timeseries.output_dates import EPOCH
from making import sensor_features, stacked

KINDS = ["min", "max", "mean", "amplitude", "p1", "p10", "p25", "p50", "p90", "p99", "day_of_max"]


def naive(series, kind, days):
    """Return a statistic of one pixel's series with numpy, in float64, before rounding."""
    series = series.astype(float)
    if kind.startswith("p"):
        return np.quantile(series, int(kind[1:]) / 100)
    if kind == "day_of_max":
        return (EPOCH + datetime.timedelta(int(days[series.argmax()]))).timetuple().tm_yday
    return {"min": series.min(), "max": series.max(), "mean": series.mean(), "amplitude": np.ptp(series)}[kind]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.sampled_from([3, 32767]), st.integers(0, 10**6))
def test_equals_numpy(observations, greatest, seed):
    """Looks on the output dates, so that series are known; small numbers for ties."""
    values = np.random.default_rng(seed).integers(-9999 % greatest - greatest, greatest + 1, (observations, 2, 300))
    days = 7 * np.arange(observations)
    part = sensor_features(days, days, statistics=[{"of": ["B8", "B4"], "kinds": KINDS, "only": True}])
    assert part.names == [f"s_{band}_{kind}" for band in ("B8", "B4") for kind in KINDS]
    found, _ = stacked(part, values.astype(np.int16), np.ones((observations, 300), bool))
    for pixel in range(0, 300, 17):
        series = values[:, 1, pixel], values[:, 0, pixel]
        expected = np.array([naive(one, kind, days) for one in series for kind in KINDS])
        assert np.abs(found[pixel] - np.clip(expected, -32767, 32767)).max() <= 0.5 + 1e-6


def test_halves_are_rounded_up():
    values = np.array([1, 2], np.int16).reshape(2, 1, 1).repeat(2, 2)
    values[:, 0, 1] = [-2, -1]
    wanted = [{"of": ["B4"], "kinds": ["mean", "p50"], "only": True}]
    found, _ = stacked(
        sensor_features([0, 1], [0, 1], band_names=["B4"], statistics=wanted), values, np.ones((2, 2), bool)
    )
    assert found.tolist() == [[2, 2], [-1, -1]]


def test_the_day_of_the_greatest_value_counts_on_after_the_new_year():
    values = np.array([1, 2, 9], np.int16).reshape(3, 1, 1)
    days = [330, 360, 375]
    wanted = [{"of": ["B4"], "kinds": ["day_of_max"], "only": True}]
    part = sensor_features(days, days, band_names=["B4"], statistics=wanted)
    assert stacked(part, values, np.ones((3, 1), bool))[0].item() == 376


@pytest.mark.parametrize(
    ("first", "number"), [((2019, 12, 17), 351), ((2019, 12, 18), -13), ((2019, 12, 31), 0), ((2020, 1, 1), 1)]
)
def test_days_of_series_that_start_around_new_year_are_not_a_year_apart(first, number):
    dates = [datetime.date(*first), datetime.date(2020, 3, 1)]
    assert temporal_statistics.day_numbers(dates) == [number, number + (dates[1] - dates[0]).days]


@pytest.mark.parametrize("method", ["linear", "whittaker", "savitzky_golay", "none"])
def test_statistics_go_by_the_dated_features(method):
    """Of bands, indices and expressions, whatever the method; a pixel alone gives the same as among others."""
    rng = np.random.default_rng(0)
    values = rng.integers(100, 5000, (20, 2, 600)).astype(np.int16)
    valid = rng.random((20, 600)) < (0.7 if method != "none" else 1)
    days = np.arange(0, 200, 10)
    part = sensor_features(
        days,
        days,
        letters={"B4": "R", "B8": "N"},
        indices=["NDVI"],
        expressions={"ratio": "B8 / max(B4, 0.01)"},
        interpolation={"method": method},
        statistics=[{"of": ["B8", "NDVI", "ratio"], "kinds": ["max", "p30"]}],
    )
    found, _ = stacked(part, values, valid)
    for name in ("B8", "NDVI", "ratio"):
        dated = found[:, [n for n, one in enumerate(part.names) if one.startswith(f"s_{name}_1970")]]
        np.testing.assert_array_equal(found[:, part.names.index(f"s_{name}_max")], dated.max(axis=1))
        gap = found[:, part.names.index(f"s_{name}_p30")] - np.quantile(dated.astype(float), 0.3, axis=1)
        assert np.abs(gap).max() <= 0.5 + 1e-6
    some = np.array([0, 255, 256, 599])
    np.testing.assert_array_equal(stacked(part, values, valid, some)[0], found[some])
