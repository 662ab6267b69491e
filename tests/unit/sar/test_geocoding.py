import numba
import numpy as np
import pytest
from pyproj import Transformer

from landloom.geo.grids import Window
from landloom.sar.geocoding import LIGHT_M_S, abeam, geocode, with_bistatic_rest
from landloom.sar.ground_range import nearest_ground_range
from unit.sar import making
from unit.sar.making import GRID
from unit.sar.test_ground_range import converted


def naive(scene, window, heights):
    """Each pixel by the projection, and exactly."""
    x, y = GRID.centres(window)
    longitude, latitude = Transformer.from_crs(GRID.crs, "EPSG:4979", always_xy=True).transform(x, y)
    in_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    points = np.stack(in_space.transform(longitude, latitude, heights.astype(float)), -1)
    times, ranges, looks = abeam(scene.orbit, points.reshape(-1, 3))
    ground, growth = converted(scene.conversion, times, ranges)
    timing = scene.timing
    lines = (times - timing.start) / timing.interval
    return [part.reshape(x.shape) for part in (lines, ground / timing.spacing, ranges)], looks, growth


def test_points_that_were_solved_forwards_are_found():
    rng = np.random.default_rng(1)
    times, ranges = rng.uniform(-13, 13, 200), rng.uniform(making.NEAR_M, making.NEAR_M + 150e3, 200)
    points = making.seen(times, ranges, rng.uniform(-100, 4000, 200))
    found_times, found_ranges, looks = abeam(making.scene().orbit, points)
    assert np.abs(found_times - times).max() < 1e-7
    assert np.abs(found_ranges - ranges).max() < 1e-3
    positions, velocities = making.states(times)
    np.testing.assert_allclose(looks, (positions - points) / ranges[:, None], atol=1e-7)
    assert np.abs((looks * velocities).sum(axis=1)).max() < 0.01


def test_a_window_is_geocoded_as_each_of_its_pixels():
    window, heights = Window(3, 90, 120, 150), making.hills(120, 150, 1500.0)
    found = geocode(making.scene(), GRID, window, heights)
    expected, looks, _ = naive(making.scene(), window, heights)
    for part, exact, tolerance in zip(found, expected, (1e-5, 2e-4, 2e-3), strict=False):
        assert np.abs(part - exact).max() < tolerance
    np.testing.assert_allclose(found.look.reshape(-1, 3), looks, atol=2e-7)


def test_the_image_is_where_one_expects_it():
    found = geocode(making.scene(), GRID, Window(0, 0, 400, 400), np.zeros((400, 400), np.float32))
    incidence = np.degrees(np.arccos(found.incidence.astype(float)))
    assert 34.9 < incidence.min() < incidence.max() < 35.3
    assert (np.diff(found.nadir, axis=1) < 0).all()  # the satellite looks east here
    distances = np.hypot(np.diff(found.line, axis=0)[:, :-1] * 10.15, np.diff(found.pixel, axis=0)[:, :-1] * 10)
    np.testing.assert_allclose(distances, 10, rtol=0.01)


def test_the_areas_of_pixels_are_those_of_the_ground():
    """A_beta = ground area of a line and pixel x sine of incidence."""
    found = geocode(making.scene(), GRID, Window(0, 0, 100, 100), np.zeros((100, 100), np.float32))
    (down_l, right_l), (down_p, right_p) = (np.gradient(part) for part in (found.line, found.pixel))
    pixels_of_100_m2 = np.abs(down_l * right_p - right_l * down_p)
    scale = 0.99987  # of areas in this place of the zone: squared scale factor
    area = 100 / scale / pixels_of_100_m2 * np.sqrt(1 - found.incidence.astype(float) ** 2)
    np.testing.assert_allclose(found.beta_area[1:-1, 1:-1], area[1:-1, 1:-1], rtol=2e-3)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("window", [Window(0, 0, 1, 1), Window(20, 7, 61, 90), Window(-9, -3, 30, 30)])
def test_windows_and_threads_agree_with_the_whole(window, threads):
    heights = making.hills(200, 200, 800.0)
    whole = geocode(making.scene(), GRID, Window(-40, -40, 200, 200), heights)
    place = (
        slice(window.row + 40, window.row + 40 + window.rows),
        slice(window.column + 40, window.column + 40 + window.columns),
    )
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, before))
    try:
        part = geocode(making.scene(), GRID, window, heights[place])
    finally:
        numba.set_num_threads(before)
    for one, other in zip(part, whole, strict=True):
        np.testing.assert_array_equal(one, other[place])


def test_forgotten_metres_of_a_geoid_move_the_image_in_range_alone():
    heights = np.full((20, 20), 200.0, np.float32)
    low, high = (geocode(making.scene(), GRID, Window(0, 0, 20, 20), heights + add) for add in (0, 50))
    incidence = np.arccos(low.incidence.astype(float))
    # The curved Earth is seen a little flatter: some hundredths of a pixel.
    np.testing.assert_allclose(low.pixel - high.pixel, 50 / np.tan(incidence) / 10, atol=0.05)
    assert np.abs(low.line - high.line).max() < 0.05


def test_what_has_no_height_has_no_place():
    heights = making.hills(20, 20, 50.0)
    gap = heights.copy()
    gap[3, 4:7] = np.nan
    found, whole = (geocode(making.scene(), GRID, Window(0, 0, 20, 20), one) for one in (gap, heights))
    for part, full in zip(found, whole, strict=True):
        is_gap = np.isnan(part).reshape(20, 20, -1).all(axis=-1)
        np.testing.assert_array_equal(is_gap, np.isnan(gap))
        np.testing.assert_array_equal(part[~is_gap], full[~is_gap])


def grid_of_points():
    """As in an annotation: every 10th of lines and 20th of pixels, of its own heights, with half a bistatic rest."""
    lines, pixels = (
        one.ravel()
        for one in np.meshgrid(np.linspace(0, making.LINES - 1, 10), np.linspace(0, making.PIXELS - 1, 21))
    )
    times = making.START + lines * making.INTERVAL
    made = making.annotation()
    records = np.abs(times[:, None] - made.record_times).argmin(axis=1)
    ranges = np.array(
        [np.polynomial.polynomial.polyval(p * 10, made.grsr[r]) for p, r in zip(pixels, records, strict=True)]
    )
    heights = np.random.default_rng(3).uniform(0, 3000, len(times))
    late = 0.5 * (2 * ranges / LIGHT_M_S - 5.87e-3)
    return times - late, ranges, lines, pixels, making.seen(times - late, ranges, heights)


def test_the_grid_of_an_annotation_is_given_back():
    times, ranges, lines, pixels, points = grid_of_points()
    scene = making.scene()
    found_times, found_ranges, _ = abeam(scene.orbit, points)
    assert np.abs(found_ranges - ranges).max() < 1e-3
    assert np.abs(found_times - times).max() < 2e-6
    timing = with_bistatic_rest(scene.timing, found_times, found_ranges, lines)
    assert timing.bistatic_slope == pytest.approx(0.5, abs=1e-3)
    late = timing.bistatic_constant + timing.bistatic_slope * 2 * found_ranges / LIGHT_M_S
    assert np.abs((found_times + late - timing.start) / timing.interval - lines).max() < 0.02
    ground = nearest_ground_range(scene.conversion, lines * making.INTERVAL + making.START, found_ranges)
    assert np.abs(ground / 10 - pixels).max() < 0.02


def test_the_bistatic_rest_moves_lines():
    scene, heights = making.scene(), np.zeros((4, 4), np.float32)
    _, _, lines, _, points = grid_of_points()
    timing = with_bistatic_rest(scene.timing, *abeam(scene.orbit, points)[:2], lines)
    plain, late = (geocode(one, GRID, Window(0, 0, 4, 4), heights) for one in (scene, scene._replace(timing=timing)))
    expected = (
        timing.bistatic_constant + timing.bistatic_slope * 2 * plain.slant_range / LIGHT_M_S
    ) / making.INTERVAL
    np.testing.assert_allclose(late.line - plain.line, expected, atol=1e-6)
    np.testing.assert_array_equal(late.pixel, plain.pixel)
