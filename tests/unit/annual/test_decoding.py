"""Decoding of numbers, against the formula of each maker."""

import numpy as np
import pytest

from landloom.annual import decoding
from landloom.core.errors import InputError
from unit.annual.making import coded, decode


def test_every_number_of_alphaearth():
    numbers = np.arange(-127, 128).astype(np.int8).reshape(1, 1, -1)
    found, there = decoding.decoded("alphaearth", numbers, [], [], None)
    assert there.all()
    assert found[0, 0].tolist() == [np.float32(decode(one)) for one in range(-127, 128)]
    assert found[0, 0, 127] == 0
    assert np.array_equal(coded(found), numbers)


def test_one_missing_band_is_a_missing_pixel():
    numbers = np.array([[[1, -128, 3]], [[4, 5, 6]]], np.int8)
    found, there = decoding.decoded("alphaearth", numbers, [], [], None)
    assert there.tolist() == [[True, False, True]]
    assert found[:, 0, 1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("values", "dtype", "scales", "words"),
    [
        ("alphaearth", "float32", False, "holds float32, but numbers of `values: alphaearth` are int8; unit vectors"),
        ("alphaearth", "uint8", False, "holds uint8"),
        ("tessera", "int8", False, "values of `values: tessera` are floats, or int8 beside `scales`"),
        ("tessera", "float32", True, "numbers that have `scales` are int8"),
        ("linear", "complex64", False, "complex"),
    ],
)
def test_types_that_do_not_fit_are_refused(values, dtype, scales, words):
    with pytest.raises(InputError, match=f"^a.tif: .*{words}"):
        decoding.check_type(values, dtype, scales, "a.tif")
    decoding.check_type("linear", "uint16", False, "a.tif")
