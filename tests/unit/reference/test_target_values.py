"""Values of a target: what is no value is told, bins are of about as many polygons each."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from landloom.core import nomenclature
from landloom.core.errors import InputError
from landloom.reference import target_values
from landloom.reference.target_settings import TargetSettings

TARGET = TargetSettings(field="cover", range=(0, 100))


def test_values_are_read_as_numbers_and_missing_ones_left_out():
    column = pd.Series([1, "2.5", None, " ", np.nan, -0.0, 100], index=[7, 8, 9, 10, 11, 12, 13])
    values, findings = target_values.values_of(column, TARGET, "r.gpkg")
    np.testing.assert_array_equal(values, np.array([1, 2.5, np.nan, np.nan, np.nan, 0, 100], np.float32))
    assert [(row["finding"], row["ids"]) for row in findings.rows] == [("no value", [9, 10, 11])]
    assert not np.signbit(values.iloc[5])


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        ("dense", r"target.field: r.gpkg: .*'dense' \(1 polygons\) is no number"),
        (101, r"101 \(1 polygons\) is outside of `target.range` \[0, 100\]"),
        (np.inf, r"inf \(1 polygons\) is outside"),
    ],
)
def test_what_is_no_value_is_an_error(odd, message):
    with pytest.raises(InputError, match=message):
        target_values.values_of(pd.Series([1, odd, 3]), TARGET, "r.gpkg")


def test_one_value_is_nothing_to_estimate():
    with pytest.raises(InputError, match="all 2 values are 5; nothing to estimate"):
        target_values.check_not_constant(np.array([5, np.nan, 5], np.float32), "r.gpkg")


def test_equal_values_alone_have_equal_codes():
    column = pd.Series([0, 1.5, 1.5, None, 100])
    codes, _ = target_values.codes_of(column, TARGET, "r.gpkg", "target.field")
    assert codes.isna().tolist() == [False, False, False, True, False]
    known = codes.dropna().astype(np.int32).to_numpy()
    assert len(set(known.tolist())) == 3
    np.testing.assert_array_equal(target_values.decoded(known), np.array([0, 1.5, 1.5, 100], np.float32))


@given(st.lists(st.floats(0, 100, width=32), min_size=2, max_size=40), st.integers(2, 8))
def test_no_bin_is_empty_and_values_ascend_with_bins(values, bins):
    values = np.array(values, np.float32)
    if (values == values[0]).all():
        return
    codes = 1 + np.searchsorted(target_values.bin_edges(values, bins), values, side="left")
    assert set(codes.tolist()) == set(range(1, codes.max() + 1))
    assert 2 <= codes.max() <= bins
    order = np.argsort(values, kind="stable")
    assert (np.diff(codes[order]) >= 0).all()


def test_bins_are_a_nomenclature(tmp_path):
    values = np.arange(20, dtype=np.float32)
    frame = gpd.GeoDataFrame({"code": values.view(np.int32)}, geometry=[Point(0, 0)] * 20)
    polygons, edges = target_values.with_bins(frame, 4, "r.gpkg")
    assert polygons.code.value_counts().sort_index().to_dict() == {1: 5, 2: 5, 3: 5, 4: 5}
    np.testing.assert_array_equal(polygons.value, values)
    assert edges.tolist() == [4, 9, 14]
    target_values.write_bins(tmp_path / "bins.csv", polygons)
    classes = nomenclature.read(tmp_path / "bins.csv")
    assert classes.codes == [1, 2, 3, 4]
    assert [one.name for one in classes.classes][:2] == ["0 to 4", "5 to 9"]
    assert (classes.classes[0].color, classes.classes[-1].color) == ("#440154", "#fde725")
