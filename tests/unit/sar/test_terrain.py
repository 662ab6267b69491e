from functools import cache

import numba
import numpy as np
import pytest
from pyproj import Transformer
from scipy.ndimage import minimum_filter, uniform_filter

from landloom.geo.grids import Window
from landloom.sar.calibration import NO_NOISE, Place, calibrate, resample
from landloom.sar.geocoding import geocode
from landloom.sar.masks import foreshortened, layover, outwards, seen, shadow
from landloom.sar.terrain import UNITS, Sums, add_facets, empty_sums, facets, flatten, margin_px
from unit.sar import making, scenes
from unit.sar.making import GRID

HILLS = 110.0
"""Height of the made relief: slopes to 40 degrees."""


def extent(geometry, beyond=3):
    return [(int(np.floor(part.min())) - beyond, int(np.ceil(part.max())) + beyond) for part in geometry[:2]]


def decibels(power):
    return 10 * np.log10(np.maximum(power, 1e-6))


def points(heights, window):
    """Earth-fixed points of a window and one pixel around, by the projection."""
    around = Window(window.row - 1, window.column - 1, window.rows + 2, window.columns + 2)
    longitude, latitude = Transformer.from_crs(GRID.crs, "EPSG:4979", always_xy=True).transform(*GRID.centres(around))
    in_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    return np.stack(in_space.transform(longitude, latitude, heights.astype(float)), -1)


def test_facets_are_the_cross_products_of_their_neighbours():
    window = Window(11, 30, 60, 50)
    heights = making.hills(62, 52, 500.0, wave=9.0)
    geometry = geocode(making.scene(), GRID, window, np.ascontiguousarray(heights[1:-1, 1:-1]))
    found = facets(GRID, window, heights, geometry)
    p = points(heights, window)
    normal = np.cross((p[2:, 1:-1] - p[:-2, 1:-1]) / 2, (p[1:-1, 2:] - p[1:-1, :-2]) / 2)
    facing = (normal * geometry.look).sum(axis=-1)
    # Scaled by the longest facet: small areas are differences of great ones.
    expected = np.maximum(facing, 0) / geometry.beta_area
    np.testing.assert_allclose(found.share, expected, atol=2e-4 * expected.max())
    np.testing.assert_allclose(found.incidence, facing / np.linalg.norm(normal, axis=-1), atol=2e-4)
    assert (found.share == 0).any()


def test_sums_equal_naive_ones_and_windows_add_up():
    height, window = 250.0, Window(0, 0, 70, 64)
    geometry, found = scenes.seen(GRID, window, height)
    whole = empty_sums(*extent(geometry, -3))  # some facets lie outside
    add_facets(whole, geometry, found.share)
    expected = np.zeros(whole.units.shape)
    for place in np.ndindex(found.share.shape):
        y, x = geometry.line[place] - whole.line, geometry.pixel[place] - whole.pixel
        a, b = int(np.floor(y)), int(np.floor(x))
        if 0 <= a < expected.shape[0] - 1 and 0 <= b < expected.shape[1] - 1:
            expected[a : a + 2, b : b + 2] += found.share[place] * np.outer([1 - y + a, y - a], [1 - x + b, x - b])
    np.testing.assert_allclose(whole.units / UNITS, expected, atol=1e-3)
    parts = Sums(whole.line, whole.pixel, np.zeros_like(whole.units))
    for part in (Window(40, 0, 30, 64), Window(0, 20, 40, 44), Window(0, 0, 40, 20)):
        own, shares = scenes.seen(GRID, part, height)
        add_facets(parts, own, shares.share)
    np.testing.assert_array_equal(parts.units, whole.units)


@pytest.mark.parametrize("threads", [1, 2])
def test_facets_of_windows_agree_with_the_whole(threads):
    _, whole = scenes.seen(GRID, Window(0, 0, 90, 80), 200.0)
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, before))
    _, part = scenes.seen(GRID, Window(13, 21, 55, 40), 200.0)
    numba.set_num_threads(before)
    for one, other in zip(part, whole, strict=True):
        np.testing.assert_array_equal(one, other[13:68, 21:61])


def test_flat_ground_is_the_tangent_of_incidence():
    """gamma0 = beta0 tan(incidence), to 0.01 dB, by the true distance of lines."""
    geometry, found = scenes.seen(GRID, Window(0, 0, 300, 300), 0.0)
    sums = empty_sums(*extent(geometry))
    add_facets(sums, geometry, found.share)
    flat = flatten(np.ones(sums.units.shape, np.float32), sums.line, sums.pixel, sums)
    gamma0 = resample(flat, Place(sums.line, sums.pixel), geometry.line, geometry.pixel)[20:-20, 20:-20]
    cosine = geometry.incidence[20:-20, 20:-20].astype(float)
    errors = decibels(gamma0 / (np.sqrt(1 - cosine**2) / cosine))
    assert abs(errors.mean()) < 0.01
    assert abs(errors).max() < 0.3  # pixels of two grids fall together in a moire
    assert np.abs(found.incidence - geometry.incidence).max() < 1e-4


def test_flattening_divides_by_sums_where_there_are_any():
    sums = Sums(10, 20, (UNITS * np.array([[1, 2, 0], [4, 8, 1]])).astype(np.int32))
    found = flatten(np.array([[3, np.nan], [-8, 0]], np.float32), 10, 21, sums)
    np.testing.assert_array_equal(found, np.array([[1.5, np.nan], [-1, 0]], np.float32))
    for line, pixel in ((9, 21), (11, 20), (10, 22)):
        with pytest.raises(ValueError, match="do not cover"):
            flatten(np.ones((2, 2), np.float32), line, pixel, sums)


@cache
def recovered(height, method):
    """Backscatter of a made scene on the grid, areas, and what of it lies inside of parcels on good ground."""
    made = scenes.make(height)
    beta0 = calibrate(made.numbers, made.place, scenes.GAINS, scenes.NOISE)
    around = Window(-scenes.MARGIN, -scenes.MARGIN, *(2 * (scenes.SIDE + 2 * scenes.MARGIN,)))
    geometry, found = scenes.seen(GRID, around, height)
    sums = Sums(*made.place, np.zeros(beta0.shape, np.int32))
    add_facets(sums, geometry, found.share)
    cosine = made.geometry.incidence
    tangent = np.sqrt(1 - cosine**2) / cosine
    if method == "areas":
        power = resample(flatten(beta0, *made.place, sums), made.place, made.geometry.line, made.geometry.pixel)
    else:
        power = resample(beta0, made.place, made.geometry.line, made.geometry.pixel) * tangent
    inside, ground = slice(scenes.MARGIN, -scenes.MARGIN), seen(geometry, found)
    way = outwards(making.scene().orbit, GRID, around)
    bad = layover(ground, way) | foreshortened(ground, sums) | shadow(ground, way)
    inner = (minimum_filter(made.classes, 9) == made.classes) & (minimum_filter(-made.classes, 9) == -made.classes)
    good = inner & minimum_filter(~bad[inside, inside], 5)
    good[:8], good[-8:], good[:, :8], good[:, -8:] = False, False, False, False
    areas = resample((sums.units / UNITS).astype(np.float32), made.place, made.geometry.line, made.geometry.pixel)
    return made, power, areas, good


def spread(number, height):
    """Standard deviation of 5 x 5 means, in units of what speckle of ground and of noise have at each pixel.

    Noise is a part of beta nought: slopes that are turned away have a small area, and as gamma nought more of it. Of
    water, as dark as the noise, that is from 0.2 to 2.3 times its own power on hills, and 0.6 on a plain.
    """
    made, power, areas, good = recovered(height, "areas")
    truth = 10 ** (scenes.CLASSES_DB[number] / 10)
    deviations = (power - truth) / np.hypot(truth, scenes.NOISE_POWER / np.maximum(areas, 1e-3))
    return np.std(uniform_filter(deviations, 5)[good & (made.classes == number)])


@pytest.mark.parametrize("number", range(4))
def test_classes_on_slopes_come_back(number):
    """Water at -24 dB, too, which is as dark as the noise."""
    made, power, _, good = recovered(HILLS, "areas")
    steep = scenes.slopes(HILLS)
    assert 40 < steep.max() < 45
    mine = good & (made.classes == number)
    assert mine.sum() > 5000
    assert abs(decibels(power[mine].mean()) - scenes.CLASSES_DB[number]) < 0.1
    hilly = mine & (steep > 20)
    assert abs(decibels(power[hilly].mean()) - scenes.CLASSES_DB[number]) < 0.1
    assert spread(number, HILLS) == pytest.approx(spread(number, 0.0), rel=0.1)


def test_slopes_do_not_show_in_backscatter():
    made, power, _, good = recovered(HILLS, "areas")
    _, flat, _, flat_good = recovered(0.0, "areas")
    bright = made.classes < 2
    expected = scenes.CLASSES_DB[made.classes]
    mean = uniform_filter(power, 5)
    local = np.degrees(np.arccos(made.facets.incidence))
    errors = decibels(mean) - expected
    use = good & bright
    assert abs(np.polyfit(local[use], errors[use], 1)[0]) < 0.005
    without = decibels(uniform_filter(flat, 5)) - expected
    assert errors[use].std() == pytest.approx(without[flat_good & bright].std(), rel=0.1)
    ellipsoid = decibels(uniform_filter(recovered(HILLS, "ellipsoid")[1], 5)) - expected
    assert ellipsoid[use].std() > 2 * errors[use].std()


def test_noise_that_stays_in_makes_water_too_bright():
    made, _, _, good = recovered(0.0, "areas")
    powers = [
        resample(calibrate(made.numbers, made.place, scenes.GAINS, noise), made.place, *made.geometry[:2])
        for noise in (NO_NOISE, scenes.NOISE)
    ]
    dark = good & (made.classes == 3)
    assert decibels(powers[0][dark].mean()) - decibels(powers[1][dark].mean()) > 1.5


def test_the_margin_grows_with_relief():
    assert margin_px(GRID, (100.0, 100.0), 30.0) == 4
    assert margin_px(GRID, (0.0, 2000.0), 30.0) == pytest.approx(200 / np.tan(np.radians(30)) + 4, abs=1)
    assert margin_px(GRID, (0.0, 2000.0), 46.0) == pytest.approx(200 * np.tan(np.radians(46)) + 4, abs=1)
