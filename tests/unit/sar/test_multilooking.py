import dataclasses

import numpy as np
import pytest

from landloom.sar import multilooking
from landloom.sar.speckle import LOOKS
from unit.sar.making import GRID


def coarse(resolution):
    return dataclasses.replace(GRID, resolution=resolution, resolution_y=resolution)


@pytest.mark.parametrize(("metres", "times"), [(5, 1), (10, 1), (12, 1), (13, 2), (20, 2), (30, 3), (100, 9)])
def test_wide_pixels_are_made_on_finer_ones(metres, times):
    assert multilooking.times_finer(coarse(float(metres))) == times


def test_only_pixels_wider_than_the_resolution_have_more_looks():
    assert multilooking.looks_of(GRID) == multilooking.looks_of(coarse(20.0)) == LOOKS
    assert multilooking.looks_of(coarse(44.0)) == pytest.approx(LOOKS * 4.4)


def naive(power, times):
    bands, rows, columns = (power.shape[0], *(side // times for side in power.shape[1:]))
    found = np.full((bands, rows, columns), np.nan, np.float32)
    for place in np.ndindex(bands, rows, columns):
        band, row, column = place
        part = power[band, row * times : (row + 1) * times, column * times : (column + 1) * times]
        if 2 * np.isfinite(part).sum() >= part.size:
            found[place] = np.nanmean(part.astype(np.float64))
    return found


@pytest.mark.parametrize("times", [1, 2, 3])
def test_means_are_of_what_is_there_where_it_is_half_of_a_pixel(times):
    rng = np.random.default_rng(3)
    power = rng.normal(0.1, 0.2, (2, 4 * times, 5 * times)).astype(np.float32)
    power[rng.random(power.shape) < 0.45] = np.nan
    found = multilooking.averaged(power, times)
    assert 0 < np.isnan(found).mean() < 1
    np.testing.assert_allclose(found, naive(power, times), rtol=1e-6)
