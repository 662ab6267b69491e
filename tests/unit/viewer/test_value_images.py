"""Images hold numbers: what Pillow reads of them is what was written."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from landloom.viewer import value_images

SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=9)


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image)))


@pytest.mark.parametrize("smooth", [False, True])
@given(values=arrays.arrays(st.sampled_from([np.uint8, np.uint16]), SHAPES))
def test_integers_stay_what_they_are(values, smooth):
    found = value_images.stored(values, 0)
    assert found.numbers.dtype == (np.uint8 if values.max() < 256 else np.uint16)
    assert (found.origin, found.step, found.empty) == (0.0, 1.0, 0)
    np.testing.assert_array_equal(pixels(value_images.png(found.numbers, smooth=smooth)), values)


@given(arrays.arrays(np.float32, SHAPES, elements=st.floats(-1e6, 1e6, width=32) | st.just(np.nan)))
def test_floats_are_off_by_half_a_step(values):
    found = value_images.stored(values, None)
    numbers = pixels(value_images.png(found.numbers)).astype(float)
    known = np.isfinite(values)
    np.testing.assert_array_equal(numbers == found.empty, ~known)
    read = found.origin + found.step * numbers[known]
    assert np.abs(read - values[known]).max(initial=0) <= found.step * 0.501 + 1e-9
    if known.any() and np.ptp(values[known]) > 1:
        assert found.step <= 2.6 * float(np.ptp(values[known])) / value_images.FLOAT_LEVELS


@given(arrays.arrays(np.float32, SHAPES))
def test_tiles_of_floats_are_their_bytes(values):
    found = np.ascontiguousarray(pixels(value_images.png(values))).view(">f4")[..., 0]
    np.testing.assert_array_equal(found, values)


def test_a_palette_is_for_whoever_looks():
    palette = bytes([0] * 9 + [10, 20, 30] + [0] * (253 - 1) * 3)
    image = Image.open(io.BytesIO(value_images.png(np.full((2, 2), 3, np.uint8), palette)))
    assert image.mode == "P"
    assert image.convert("RGB").getpixel((0, 0)) == (10, 20, 30)
