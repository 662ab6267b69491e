"""What every method of interpolation must do, whatever curve it draws."""

import importlib

import numba
import numpy as np
import pytest

from landloom.core.stored_values import NODATA
from landloom.features import sensor_features
from landloom.features.selection import SensorBands
from landloom.features.settings import FeatureSettings
from landloom.timeseries.settings import METHODS, TRAITS, InterpolationSettings
from making import dates, stacked
from running import ROOT

OBSERVED, OUTPUTS = [0, 9, 9, 20, 31, 44, 52, 70, 83, 95], [0, 9, 20, 31, 44, 52, 70, 83, 95]
BANDS, PIXELS = ("B4", "B8"), 2000


@pytest.fixture(params=list(METHODS))
def method(request):
    return request.param


def features_of(method, observed=OBSERVED, outputs=OUTPUTS):
    settings = FeatureSettings(indices=[], interpolation={"method": method})
    return sensor_features.of_settings(SensorBands("s", BANDS, {}), settings, dates(observed), dates(outputs))


def series(seed=1, pixels=PIXELS):
    rng = np.random.default_rng(seed)
    shape = (len(OBSERVED), len(BANDS), pixels)
    return rng.integers(0, 9000, shape).astype(np.int16), rng.random((len(OBSERVED), pixels)) < 0.5


def values_of(matrix):
    """Return the bands on the output dates, of shape (pixels, dates, bands)."""
    return matrix[:, : len(OUTPUTS) * len(BANDS)].reshape(len(matrix), len(OUTPUTS), len(BANDS))


def test_a_method_has_what_is_asked_of_it(method):
    module = importlib.import_module(METHODS[method])
    assert callable(module.prepare)
    assert isinstance(module.LACKING, bool)
    assert all(hasattr(getattr(module, kernel), "py_func") for kernel in ("new_scratch", "fill"))
    traits = TRAITS[method]
    assert traits.cost >= 1
    assert traits.lacking == module.LACKING
    assert set(traits.keys) <= set(InterpolationSettings.model_fields)
    assert set(TRAITS) == set(METHODS)
    assert InterpolationSettings(method=method).method == method


def test_names_and_features_agree(method):
    part, (values, valid) = features_of(method), series()
    matrix, seen = stacked(part, values, valid)
    assert matrix.shape == (PIXELS, len(part.names)) == (PIXELS, len(part.scales))
    assert len(set(part.names)) == len(part.names)
    np.testing.assert_array_equal(seen, valid.any(axis=0))
    assert (values_of(matrix)[~seen] == NODATA).all()


def test_a_constant_stays_a_constant(method):
    _, valid = series()
    values = np.zeros((len(OBSERVED), len(BANDS), PIXELS), np.int16)
    values += np.array([1234, -567], np.int16)[:, np.newaxis]
    matrix, seen = stacked(features_of(method), values, valid)
    known = values_of(matrix)[seen]
    for band, value in enumerate((1234, -567)):
        assert set(np.unique(known[..., band])) <= {value, NODATA}
    if not METHODS.load(method).LACKING:
        assert (known != NODATA).all()


def test_an_invalid_value_never_counts(method):
    values, valid = series()
    spoilt = np.where(valid[:, np.newaxis, :], values, np.int16(31000))
    matrix, _ = stacked(features_of(method), values, valid)
    np.testing.assert_array_equal(matrix, stacked(features_of(method), spoilt, valid)[0])


def test_a_pixel_does_not_depend_on_others_or_threads(method):
    part, (values, valid) = features_of(method), series()
    whole, _ = stacked(part, values, valid)
    some = np.sort(np.random.default_rng(2).choice(PIXELS, 700, replace=False))
    np.testing.assert_array_equal(stacked(part, values, valid, some)[0], whole[some])
    threads = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        np.testing.assert_array_equal(stacked(part, values, valid)[0], whole)
    finally:
        numba.set_num_threads(threads)


def test_values_are_stored_numbers(method):
    """Extremes do not wrap around, and no number is taken for a missing one."""
    values, valid = series()
    values[:] = np.where(values % 2, np.int16(32767), np.int16(-9999))
    matrix, seen = stacked(features_of(method), values, valid)
    known = values_of(matrix)[seen]
    assert known.dtype == np.int16
    if not METHODS.load(method).LACKING:
        assert known.min() >= NODATA + 1


def test_one_date_with_values_is_enough(method):
    values, valid = series()
    valid[:] = False
    valid[4] = True
    matrix, seen = stacked(features_of(method), values, valid)
    assert seen.all()
    at = OUTPUTS.index(OBSERVED[4])
    np.testing.assert_array_equal(values_of(matrix)[:, at], values[4].T)


def test_the_documentation_has_its_formula(method):
    assert f"**{method}**" in (ROOT / "docs/features.md").read_text()
