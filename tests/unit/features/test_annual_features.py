"""Features of annual images: bands as they are, without date."""

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features.annual_features import AnnualFeatures
from landloom.features.selection import SensorBands
from landloom.reading.observations import SeriesWindow

PART = AnnualFeatures(SensorBands("own", ("A00", "A01"), {}, 500.0))


def test_names_have_no_date_and_scales_are_steps():
    assert PART.names == ["own_A00", "own_A01"]
    assert PART.scales == [500, 500]


def test_bands_are_written_where_they_are_valid():
    values = np.arange(8, dtype=np.int16).reshape(1, 2, 4)
    series = {"own": SeriesWindow(values, np.array([[True, False, True, True]]))}
    matrix, seen = np.full((3, 4), 7, np.int16), np.array([False, False, True])
    PART.write(series, np.array([0, 1, 3]), matrix, 1, seen)
    assert matrix[:, 1:3].tolist() == [[0, 4], [NODATA, NODATA], [3, 7]]
    assert (matrix[:, [0, 3]] == 7).all()
    assert seen.tolist() == [True, False, True]


def test_a_tile_without_an_image_has_none():
    series = {"own": SeriesWindow(np.empty((0, 2, 4), np.int16), np.empty((0, 4), bool))}
    matrix, seen = np.zeros((2, 2), np.int16), np.zeros(2, bool)
    PART.write(series, np.array([0, 1]), matrix, 0, seen)
    assert (matrix == NODATA).all()
    assert not seen.any()
