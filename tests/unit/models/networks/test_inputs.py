"""What a network sees of a feature vector."""

import json

import numpy as np
import pytest

from landloom.core.stored_values import NODATA
from landloom.models.networks.inputs import Inputs, of_names


def test_a_series_of_each_sensor_and_the_rest_beside():
    names = ["s_B4_20180301", "s_B8_20180301", "s_B4_20180101", "s_B8_20180101", "s_NDVI_20180101", "s_NDVI_20180301"]
    names += ["s_mask_20180101", "s_mask_20180301", "s2_VV_20171231", "s_NDVI_max", "height", "s_odd_20180101"]
    found = of_names(names, ["s", "s2"])
    assert [(one.sensor, one.channels) for one in found.series] == [("s", ("B4", "B8", "NDVI")), ("s2", ("VV",))]
    assert found.series[0].columns == (2, 3, 4, 0, 1, 5)
    assert found.series[0].days == (365, 424)  # from 1 January of the year of the earliest date of all
    assert found.series[1].days == (364,)
    assert found.others == (9, 10, 11)


def test_the_name_of_one_sensor_may_begin_that_of_another():
    found = of_names(["s1_up_VV_20180101", "s1_B4_20180101"], ["s1", "s1_up"])
    assert [(one.sensor, one.channels) for one in found.series] == [("s1_up", ("VV",)), ("s1", ("B4",))]


def test_a_date_is_valid_where_no_channel_is_missing():
    (series,) = of_names(["s_B4_20180101", "s_B8_20180101", "s_B4_20180201", "s_B8_20180201"], ["s"]).series
    values, valid = series.read(np.array([[1, 2, 3, NODATA], [NODATA, NODATA, 7, 8]], np.int16))
    assert valid.tolist() == [[True, False], [False, True]]
    assert values.tolist() == [[[1, 2], [0, 0]], [[0, 0], [7, 8]]]
    assert values.dtype == np.float32


def test_inputs_survive_their_content():
    found = of_names(["s_B4_20180101", "s_B4_20180201", "height"], ["s"])
    assert Inputs.of_content(json.loads(json.dumps(found.content())), 3) == found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("columns", [0, 0]),
        ("columns", [0, 3]),
        ("columns", [-1, 0]),
        ("columns", [0]),
        ("columns", [0, 1.0]),
        ("days", [31, 0]),
        ("days", [0, 10**9]),
        ("channels", [3]),
        ("sensor", None),
    ],
)
def test_broken_content_is_refused(key, value):
    content = json.loads(json.dumps(of_names(["s_B4_20180101", "s_B4_20180201", "height"], ["s"]).content()))
    content["series"][0][key] = value
    with pytest.raises((ValueError, TypeError)):
        Inputs.of_content(content, 3)
