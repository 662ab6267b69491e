"""Functions that were written for iota2: called as they are, on numbers, shapes and dates of iota2."""

import datetime
import sys

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.features import sensor_features
from landloom.features.functions import calls, iota2_interface
from landloom.features.functions.settings import FunctionSettings
from landloom.features.functions.window_data import TileData, WindowData
from landloom.features.selection import SensorBands
from landloom.features.settings import FeatureSettings
from landloom.geo.grids import Grid, Window
from landloom.reading.observations import SeriesWindow

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 4, 6)
LETTERS = {"B4": "R", "B8": "N", "B11": "S1"}
DATES = tuple(datetime.date(2018, month, 1) for month in (1, 5, 9))
OUTPUTS = tuple(datetime.date(2018, month, 1) for month in (1, 9))
WATER = """
import numpy as np
from iota2.learning.utils import I2TemporalLabel


def get_ratio(self):
    num = self.get_interpolated_Sentinel2_B11()
    den = self.get_interpolated_Sentinel2_B8() + 2 * self.get_interpolated_Sentinel2_B4()
    den = np.where(den == 0, 1, den)
    labels = [
        I2TemporalLabel(sensor_name="sentinel2", feat_name="ratio", date=date)
        for date in self.interpolated_dates["Sentinel2"]
    ]
    return num / den, labels


def clear(self, weight=1):
    masks = self.get_Sentinel2_binary_masks()
    raw = np.nan_to_num(self.get_raw_Sentinel2_B4())
    return np.dstack([weight * (masks == 0).sum(axis=2), raw.max(axis=2)]), []


def get_soi(self):
    from iota2.learning.utils import I2Label
    return self.get_Sentinel2_NDWI()[:, :, 0], [I2Label("sentinel2", "soi")]


def cirrus(self):
    return self.get_interpolated_Sentinel2_B10(), []


def elsewhere(self):
    return self.get_interpolated_Landsat8_B4(), []


def stack(self):
    return self.get_filled_stack(), []
"""


@pytest.fixture(scope="module")
def data():
    """A window with a cloud over the first column of the first date; the first pixel is never clear."""
    numbers = np.random.default_rng(1).integers(500, 5000, (3, 3, GRID.rows * GRID.columns)).astype(np.int16)
    valid = np.ones((3, GRID.rows * GRID.columns), bool)
    valid[0, :: GRID.columns] = valid[:, 0] = False
    bands = SensorBands("sentinel2", tuple(LETTERS), LETTERS)
    part = sensor_features.of_settings(bands, FeatureSettings(indices=[]), DATES, OUTPUTS)
    window = Window(0, 0, GRID.rows, GRID.columns)
    return WindowData(TileData(GRID, {"sentinel2": part}), window, {"sentinel2": SeriesWindow(numbers, valid)}, {})


def function(folder, name, **settings):
    path = folder / "water.py"
    path.write_text(WATER)
    section = FunctionSettings(file=str(path), name=name, interface="iota2", **settings)
    return calls.functions_of([section], GRID, "T", "2018")[0]


def test_a_function_with_labels_of_dates_gives_what_landloom_s_own_would(data, tmp_path):
    found = function(tmp_path, "get_ratio").results(data)
    assert list(found) == ["sentinel2_ratio_20180101", "sentinel2_ratio_20180901"]
    swir, nir, red = (data.interpolated("sentinel2", band) for band in ("B11", "B8", "B4"))
    np.testing.assert_allclose(list(found.values()), swir / (nir + 2 * red), rtol=1e-5)
    assert np.isnan([values[0, 0] for values in found.values()]).all()
    assert "iota2" not in sys.modules


def test_masks_and_numbers_of_acquisitions_come_with_names_by_number(data, tmp_path):
    found = function(tmp_path, "clear", arguments={"weight": 2}).results(data)
    assert list(found) == ["b0", "b1"]
    np.testing.assert_array_equal(found["b0"], 2 * (~data.masks("sentinel2")).sum(axis=0))
    expected = np.nan_to_num(np.rint(10000 * data.raw("sentinel2", "B4").astype(float))).max(axis=0)
    np.testing.assert_array_equal(found["b1"], expected)


def test_names_of_2020_and_an_index_of_the_other_sign(data, tmp_path):
    found = function(tmp_path, "get_soi").results(data)
    np.testing.assert_array_equal(found["sentinel2_soi"], np.rint(-1000 * data.index("sentinel2", "NDMI")[0]))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cirrus", r"water\.py, line 29: ValueError: sentinel2 has no band `B10`"),
        ("elsewhere", "`get_interpolated_Landsat8_B4` is not among what landloom has of iota2's interface"),
        ("stack", "`get_filled_stack` is not among what landloom has"),
    ],
)
def test_what_landloom_does_not_have_is_named(data, tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        function(tmp_path, name).results(data)


def test_an_installed_iota2_is_itself_again_afterwards(monkeypatch):
    own = type(sys)("iota2")
    monkeypatch.setitem(sys.modules, "iota2", own)
    with iota2_interface.importable():
        assert sys.modules["iota2"] is not own
    assert sys.modules["iota2"] is own


@pytest.mark.parametrize(
    ("sensor", "band", "theirs"),
    [
        ("landsat8_usgs", "nir08", "B5"),
        ("landsat5_old", "swir22", "B7"),
        ("s2", "B8A", "B8A"),
        ("s2_s2c", "B2", "B02"),
    ],
)
def test_bands_under_the_names_of_landloom(sensor, band, theirs):
    class Window:
        sensors = (sensor,)
        dates = raw_dates = lambda self, _: [datetime.date(2018, 2, 1)]

        def bands(self, _):
            return [band]

        def interpolated(self, _, name):
            assert name == band
            return np.full((1, 2, 3), 0.25, np.float32)

    wanted = sensor.replace("_", "").capitalize()
    data = iota2_interface.Iota2Data(Window())
    assert getattr(data, f"get_interpolated_{wanted}_{theirs}")().tolist() == np.full((2, 3, 1), 2500).tolist()
    assert data.get_raw_dates()[wanted] == data.get_interpolated_dates()[wanted] == ["20180201"]
