from types import SimpleNamespace

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.objects import segmentation_features
from landloom.objects.superpixel_settings import SuperpixelSettings

BANDS = {"s": ("B4", "B8")}


BAND_NAMES = [f"s_{name}_2018{month:02}01" for month in (1, 3, 5) for name in ("B4", "B8")]
NAMES = [*BAND_NAMES, *(f"s_NDVI_2018{month:02}01" for month in (1, 3, 5)), "altitude"]
LAYOUT = SimpleNamespace(names=NAMES, scales=[10000.0] * 6 + [1000.0] * 3 + [1.0])


def chosen(**content):
    return segmentation_features.chosen(LAYOUT, BANDS, SuperpixelSettings(**content))


def test_indices_are_chosen_by_periods():
    assert chosen(periods=2).columns == ((6, 7), (8,))
    assert chosen(periods=2).factors == (1.0, 1.0)  # 0.1 of an index is stored as 100
    assert chosen(periods=9).columns == ((6,), (7,), (8,))


def test_named_quantities():
    found = chosen(features={"B8": 0.05, "altitude": 50}, periods=1)
    assert found.columns == ((1, 3, 5), (9,))
    np.testing.assert_allclose(found.factors, (0.2, 2.0))
    with pytest.raises(InputError, match=r"superpixels\.features: B9 is not among"):
        chosen(features={"B9": 0.05})


def test_bands_are_chosen_where_there_is_no_index():
    bands = SimpleNamespace(names=BAND_NAMES, scales=LAYOUT.scales[:6])
    found = segmentation_features.chosen(bands, BANDS, SuperpixelSettings(periods=1))
    assert found.columns == ((0, 2, 4), (1, 3, 5))
    with pytest.raises(InputError, match=r"superpixels\.features: is needed"):
        segmentation_features.chosen(bands, {}, SuperpixelSettings())


def test_means_leave_out_what_is_unknown():
    matrix = np.zeros((3, 10), np.int16)
    matrix[:, 6:9] = [[100, 301, -10000], [-10000, -10000, -10000], [32000, 32000, 32000]]
    np.testing.assert_array_equal(chosen(periods=1).of(matrix)[:, 0], [201, 0, 32000])
    assert chosen(features={"NDVI": 0.0001}, periods=1).of(matrix)[2, 0] == 32767
