"""Readers of one observation are series readers like those that read several together."""

import numpy as np
from tests.unit.reading.test_series_reader import GRID, acquisition, write

from landloom.core.stored_values import NODATA
from landloom.geo.grids import Window
from landloom.reading.observations import SeriesReader, SeriesWindow
from landloom.reading.series_reader import AcquisitionReader, OneByOne


def test_an_observation_is_read_into_its_place(tmp_path):
    numbers = np.arange(GRID.rows * GRID.columns, dtype=np.int16).reshape(GRID.rows, GRID.columns)
    one = acquisition([write(tmp_path / "a.tif", numbers, GRID, NODATA)])
    reader: SeriesReader = OneByOne(AcquisitionReader(one, GRID, "nearest"), 2)
    window = Window(4, 6, 5, 7)
    series = SeriesWindow(np.zeros((4, 1, window.pixels), np.int16), np.zeros((4, window.pixels), bool))
    reader.read_into(window, None, series, None)
    np.testing.assert_array_equal(series.values[2, 0], numbers[window.slices].ravel())
    assert series.valid.sum(axis=1).tolist() == [0, 0, window.pixels, 0]
    assert reader.counter.pixels == window.pixels
    reader.close()
