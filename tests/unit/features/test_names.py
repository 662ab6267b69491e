"""What the names of features say, however the names of sensors begin."""

import pytest

from landloom.features.names import FeatureName, parsed, readings, split_date, twice

OWNERS = ["s2", "s2_x", "texture"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s2_B4_20180105", ("s2", "B4", "20180105")),
        ("s2_x_B4_20180105", ("s2_x", "B4", "20180105")),
        # A date alone is nothing that a sensor has: this is `x` of the other.
        ("s2_x_20180105", ("s2", "x", "20180105")),
        ("s2_my_band_20180105", ("s2", "my_band", "20180105")),
        ("s2_x_NDVI_p10", ("s2_x", "NDVI_p10", "")),
        ("texture_deviation", ("texture", "deviation", "")),
        ("texture_20180105", ("texture", "20180105", "")),
        ("altitude", ("", "altitude", "")),
        ("dem_20180105", ("", "dem_20180105", "")),
        ("s2", ("", "s2", "")),
        ("s2_B4_20189999", ("s2", "B4_20189999", "")),
        ("s2_B4_201801055", ("s2", "B4_201801055", "")),
    ],
)
def test_names_are_of_their_owner(name, expected):
    assert parsed(name, OWNERS) == parsed(name, OWNERS[::-1]) == FeatureName(*expected)


def test_all_readings_with_a_date():
    """For those who know more: which sensor has which dates."""
    assert list(readings("s2_x_B4_20180105", OWNERS)) == [
        FeatureName("s2_x", "B4", "20180105"),
        FeatureName("s2", "x_B4", "20180105"),
    ]
    assert list(readings("s2_NDVI_max", OWNERS)) == []


def test_dates_end_names():
    assert split_date("s2_B4_20180105") == ("s2_B4", "20180105")
    assert split_date("s2_NDVI_max") == ("s2_NDVI_max", "")


def test_names_that_stand_there_twice():
    assert twice(["b", "a", "b", "c", "a", "b"]) == ["b", "a"]
