import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.vector_maps import class_ranks, minimum_unit, regularisation
from landloom.vector_maps.regularisation import Rules
from unit.vector_maps.made import noisy
from unit.vector_maps.test_minimum_unit import units

ROWS, COLUMNS = 150, 190
GRID = Grid("EPSG:2154", 0.0, 0.0, 10.0, 10.0, ROWS, COLUMNS)


class Memory:
    """A raster in memory, as rasterio's datasets are asked."""

    mask_flag_enums = ([],)
    nodata = 0
    name = "made.tif"

    def __init__(self, values: np.ndarray) -> None:
        self.values = values
        self.height, self.width = values.shape
        self.dtypes = (str(values.dtype),)

    def read(self, band: int, window: tuple[tuple[int, int], tuple[int, int]]) -> np.ndarray:
        (top, bottom), (left, right) = window
        return self.values[top:bottom, left:right].copy()

    def read_masks(self, band: int, window: tuple[tuple[int, int], tuple[int, int]]) -> np.ndarray:
        return np.where(self.read(band, window) != 0, 255, 0)


def reader(values: np.ndarray) -> regularisation.Read:
    return lambda window: class_ranks.read(Memory(values), window)


@pytest.mark.parametrize(("radius", "least"), [(0, 10), (1, 10), (0, 60), (2, 25)])
def test_any_windows_give_what_the_whole_map_gives(radius, least):
    values = noisy(ROWS, COLUMNS, seed=least)
    rules = Rules(1, radius, units(4, least))
    whole = regularisation.regularise(reader(values), GRID, Window(0, 0, ROWS, COLUMNS), rules)
    for side in (23, 64):
        for window in GRID.windows(side):
            found = regularisation.regularise(reader(values), GRID, window, rules)
            np.testing.assert_array_equal(found, whole[window.slices])


def test_a_margin_that_is_too_small_is_widened(monkeypatch):
    """A snake of one class, smaller than the unit, goes on far outside of the window."""
    values = np.full((40, 200), 1, np.int32)
    values[20, :150] = 2
    grid = Grid("EPSG:2154", 0.0, 0.0, 10.0, 10.0, 40, 200)
    for length, expected in ((151, 1), (150, 2)):
        rules = Rules(1, 0, units(2, length))
        found = regularisation.regularise(reader(values), grid, Window(18, 0, 4, 4), rules)
        assert (found[2] == expected).all()
    monkeypatch.setattr(regularisation, "MOST_PIXELS", 3000)
    with pytest.raises(InputError, match=r"vectors\.minimum_m2: 151 pixels of the map are so many"):
        regularisation.regularise(reader(values), grid, Window(18, 0, 4, 4), Rules(1, 0, units(2, 151)))


def test_larger_pixels_are_the_same_for_any_extent_of_the_map():
    values = noisy(31, 45)
    of_larger = regularisation.larger_pixels(reader(values), 3, 2, 1, 4)
    padded = np.pad(values, ((2, 0), (1, 2)))
    blocks = padded.reshape(11, 3, 16, 3)
    found = of_larger(Window(0, 0, 11, 16))
    for row in range(11):
        for column in range(16):
            seen = np.bincount(blocks[row, :, column].ravel(), minlength=5)
            assert found[row, column] == (0 if 2 * seen[0] > 9 else seen[1:].argmax() + 1)
    np.testing.assert_array_equal(of_larger(Window(3, 5, 4, 4)), found[3:7, 5:9])


def test_the_result_is_that_of_the_rule():
    values = noisy(ROWS, COLUMNS)
    found = regularisation.regularise(reader(values), GRID, Window(0, 0, ROWS, COLUMNS), Rules(1, 0, units(4, 10)))
    np.testing.assert_array_equal(found, minimum_unit.apply(values, units(4, 10)))
