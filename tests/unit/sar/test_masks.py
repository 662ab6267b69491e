import numpy as np
import pytest
from pyproj import Transformer

from landloom.geo.grids import Grid, Window
from landloom.sar import masks
from landloom.sar.geocoding import geocode
from landloom.sar.masks import (
    BORDER,
    LAYOVER,
    NO_DATA,
    SHADOW,
    flags,
    foreshortened,
    layover,
    outside,
    outwards,
    seen,
    shadow,
    trusted_extent,
)
from landloom.sar.terrain import add_facets, empty_sums, facets
from unit.sar import making, scenes
from unit.sar.making import GRID, hills, scene
from unit.sar.test_terrain import extent

WINDOW = Window(20, 30, 90, 120)


def looked_at(heights, window=WINDOW, grid=GRID):
    """Geometry and facets of heights with one pixel around."""
    geometry = geocode(scene(), grid, window, np.ascontiguousarray(heights[1:-1, 1:-1]))
    return geometry, facets(grid, window, heights, geometry)


def shaded(heights, window=WINDOW, grid=GRID):
    return shadow(seen(*looked_at(heights, window, grid)), outwards(scene().orbit, grid, window))


def test_flat_ground_and_gentle_hills_are_seen():
    assert not shaded(np.zeros((92, 122), np.float32)).any()
    assert not shaded(hills(92, 122, 30.0, wave=15.0)).any()


def test_a_wall_shades_as_far_as_it_is_high():
    """The satellite is in the west, 35 degrees off the vertical: h tan(incidence)."""
    heights = np.zeros((92, 122), np.float32)
    heights[:, 41:44] = 200.0
    found = shaded(heights)
    length = 200 * np.tan(np.radians(35)) / 10
    widths = found[20:-20, 43:].sum(axis=1)
    np.testing.assert_allclose(widths, length, atol=2)
    assert not found[:, :38].any()
    assert not found[:, 62:].any()


def test_a_window_with_a_margin_agrees_with_the_whole():
    heights = np.zeros((92, 122), np.float32)
    heights[20:60, 41:44] = 150.0
    whole = shaded(heights)
    # 15 pixels of shadow at most, and the whole cells of the rows beside.
    part = shaded(heights[10:82, 20:100], Window(30, 50, 70, 78))
    np.testing.assert_array_equal(part[15:-15, 20:], whole[25:65, 40:98])


def naive_shadow(geometry, slope):
    """Each pixel against all before it on its line, the satellite being in the west."""
    nadir = geometry.nadir.astype(float)
    out = np.zeros(nadir.shape, bool)
    for row, column in np.ndindex(nadir.shape):
        for back in range(1, column + 1):
            aside = row + slope * back
            a = int(np.floor(aside))
            if not 0 <= a < nadir.shape[0] - 1:
                break
            level = nadir[a, column - back] * (1 - aside + a) + nadir[a + 1, column - back] * (aside - a)
            out[row, column] |= nadir[row, column] >= level
    return out


def test_shadows_equal_naive_ones_nearly():
    """Steps between rows smear the edges of shadows by a pixel."""
    heights = hills(92, 122, 260.0, wave=14.0)
    geometry, found = looked_at(heights)
    down, right = masks._to_satellite(scene().orbit, GRID, WINDOW)
    expected = naive_shadow(geometry, float((down / np.abs(right)).mean())) | (found.incidence <= 0)
    mask = shaded(heights)
    assert 0.05 < expected.mean() < 0.6
    assert (mask != expected).mean() < 0.02


@pytest.mark.parametrize("east", [90, -90])
def test_a_grid_that_is_turned_by_a_right_angle_has_the_same_shadows(east):
    """In a polar projection, the tile's north is at the right or left: the sweep goes down or up the rows."""
    polar = f"+proj=stere +lat_0=90 +lon_0={0.55 + east} +datum=WGS84 +units=m"
    x, y = Transformer.from_crs("EPSG:4326", polar, always_xy=True).transform(0.55, 44.2)
    grid, window = Grid(polar, x, y, 10.0, 10.0, 400, 400), Window(30, 20, 120, 90)
    down, right = masks._to_satellite(scene().orbit, grid, Window(200, 200, 1, 1))
    assert abs(down[0, 0]) > abs(right[0, 0])
    assert (down[0, 0] < 0) == (east > 0)
    heights = np.zeros((122, 92), np.float32)
    heights[59:62] = 200.0
    found = shaded(heights, window, grid)[:, 20:-20]
    scale = 2 / (1 + np.sin(np.radians(44.2)))  # pixels are smaller on the ground
    np.testing.assert_allclose(found.sum(axis=0), scale * 200 * np.tan(np.radians(35)) / 10, atol=3)
    assert found[60:].sum() > 5 * found[:60].sum() or east < 0


def fallen_together(heights):
    geometry, found = looked_at(heights)
    sums = empty_sums(*extent(geometry))
    add_facets(sums, geometry, found.share)
    ground = seen(geometry, found)
    return layover(ground, outwards(scene().orbit, GRID, WINDOW)) | foreshortened(ground, sums)


def test_steep_slopes_towards_the_satellite_fall_together():
    heights = np.zeros((92, 122), np.float32)
    heights[:] = 9.0 * np.clip(np.arange(122) - 50, 0, 30) + 60 * (np.arange(122) > 80)
    laid = fallen_together(heights)[15:-15]
    # A plateau of 330 m falls 47 pixels towards the satellite: from its edge on, and from the foot of its slope back.
    folded = 330 / np.tan(np.radians(35)) / 10
    first, last = laid.argmax(axis=1), laid.shape[1] - 1 - laid[:, ::-1].argmax(axis=1)
    np.testing.assert_allclose(first, 80 - folded, atol=3)
    np.testing.assert_allclose(last, 50 + folded, atol=3)
    assert laid[:, 38:92].all()
    assert not fallen_together(np.zeros((92, 122), np.float32)).any()


def test_what_reaches_the_tile_from_where():
    """Towards the satellite in the west, and a little to the south."""
    rows, columns = masks.steps_to_satellite(scene().orbit, GRID)
    assert 0.1 < rows < 0.4
    assert columns == pytest.approx(np.sqrt(1 - rows**2), abs=0.01)


def test_ground_beside_voids_is_known_by_its_distance():
    heights = np.zeros((92, 122), np.float32)
    for row, column in ((1, 1), (40, 60), (41, 60), (91, 100)):
        heights[row, column] = np.nan
    ground = seen(*looked_at(heights))
    voids = np.argwhere(np.isnan(ground.line))
    assert len(voids) == 3  # the fourth is beside the window
    rows, columns = np.mgrid[:90, :120]
    expected = np.zeros((90, 120), bool)
    for row, column in voids:
        expected |= np.maximum(abs(rows - row), abs(columns - column)) <= masks.RIM_PX
    np.testing.assert_array_equal(masks.beside_void(ground), expected)
    assert not masks.beside_void(seen(*looked_at(np.zeros((92, 122), np.float32)))).any()


@pytest.mark.parametrize(
    ("zeros", "lines"), [((0, 0), (0, 16000)), ((2001, 5), (1600, 16000)), ((9, 30000), (0, 14400))]
)
def test_the_border_is_cut_where_it_has_zeros(zeros, lines):
    assert trusted_extent(16000, 26000, zeros) == (*lines, 1000, 25000)


def test_what_lies_outside_of_an_extent():
    geometry = seen(*scenes.seen(GRID, Window(0, 0, 6, 6), 0.0))
    line, pixel = geometry.line[3, 3], geometry.pixel[3, 3]
    inside = masks.Extent(int(line) - 2, int(line) + 3, int(pixel) - 2, int(pixel) + 3)
    found = outside(geometry, inside)
    np.testing.assert_array_equal(
        found,
        (geometry.line < inside[0])
        | (geometry.line > inside[1] - 1)
        | (geometry.pixel < inside[2])
        | (geometry.pixel > inside[3] - 1),
    )
    assert not found[3, 3]
    assert found.any()
    nowhere = geometry._replace(line=np.full((6, 6), np.nan))
    assert outside(nowhere, inside).all()


def test_flags_are_added():
    image = np.array([[1.0, np.nan, -0.5]], np.float32)
    yes, no = np.array([[True, True, False]]), np.zeros((1, 3), bool)
    assert flags(image, yes, no, yes).tolist() == [[SHADOW + BORDER, SHADOW + BORDER + NO_DATA, 0]]
    assert flags(image, None, ~no, None).tolist() == [[LAYOVER, LAYOVER + NO_DATA, LAYOVER]]


def test_the_made_scene_is_seen_from_the_west():
    assert making.states(0.0)[0].shape == (1, 3)
    down, right = masks._to_satellite(scene().orbit, GRID, Window(0, 0, 1, 1))
    assert right[0, 0] < 0
    assert abs(down[0, 0]) < 0.4 * abs(right[0, 0])
