import numpy as np
import pytest

from landloom.geo.grids import Window
from landloom.sar.calibration import Place
from landloom.sar.geocoding import geocode
from landloom.sar.preparation import Image, fill_missing, flattening, on_grid, part_of, seen_window
from landloom.sar.terrain import empty_sums
from landloom.sar.walk import Reach, Walk
from unit.sar import making, scenes
from unit.sar.making import GRID, scene

TILE = GRID.cut(Window(100, 120, 150, 160))
HEIGHT, MARGIN = 90.0, 30


def heights_of(window):
    return scenes.relief(TILE, Window(window.row + 1, window.column + 1, window.rows - 2, window.columns - 2), HEIGHT)


def image(first=0, lines=making.LINES):
    """Lines of the made pass, whose numbers have a pattern of their own for each place."""

    def numbers(place, size):
        line = first + place.line + np.arange(size[0])[:, None]
        pixel = place.pixel + np.arange(size[1])
        return (200 + 50 * np.sin(line / 7) + 40 * np.cos(pixel / 5) + line % 3).astype(np.uint16)

    whole = scene()
    timing = whole.timing._replace(start=whole.timing.start + first * making.INTERVAL)
    return Image(whole._replace(timing=timing), lines, making.PIXELS, numbers, scenes.GAINS, scenes.NOISE)


def box_of(one, margin=0):
    window = Window(-margin, -margin, TILE.rows + 2 * margin, TILE.columns + 2 * margin)
    return part_of(one.scene, (one.lines, one.pixels), TILE, window, (0, 600))


def prepared(one, rows, columns):
    """Gamma0 of the tile, some rows and columns at a time."""
    out = np.full((TILE.rows, TILE.columns), np.nan, np.float32)
    box = box_of(one, MARGIN)
    if box is None:
        return out
    sums = empty_sums(*zip(*box, strict=True))
    walk = Walk(one.scene, TILE, Reach(MARGIN, MARGIN), heights_of, sums)
    for row in range(0, TILE.rows, rows):
        _, ground = walk.seen(row, min(rows, TILE.rows - row))
        for start in range(0, TILE.columns, columns):
            part = np.s_[MARGIN:-MARGIN, MARGIN + start : MARGIN + min(start + columns, TILE.columns)]
            found = on_grid(one, ground.line[part], ground.pixel[part], flattening(sums))
            out[row : row + rows, start : start + columns] = found
    return out


@pytest.fixture(scope="module")
def whole():
    return prepared(image(), TILE.rows, TILE.columns)


def lines_of_tile():
    geometry, _ = seen_window(image().scene, TILE, Window(0, 0, TILE.rows, TILE.columns), heights_of)
    return geometry.line


def test_windows_agree_with_the_whole(whole):
    assert not np.isnan(whole).any()
    parts = prepared(image(), 64, 50)
    np.testing.assert_array_equal(parts, whole)


def test_slices_of_a_pass_have_no_seam_and_no_gap(whole):
    middle = int(np.median(lines_of_tile()))
    joined = prepared(image(0, middle), TILE.rows, TILE.columns)
    assert 0.3 < np.isnan(joined).mean() < 0.7
    fill_missing(joined, prepared(image(middle, making.LINES - middle), TILE.rows, TILE.columns))
    assert not np.isnan(joined).any()
    apart = np.abs(lines_of_tile() - middle + 0.5) > 0.6
    np.testing.assert_allclose(joined[apart], whole[apart], rtol=1e-4)
    np.testing.assert_allclose(joined, whole, rtol=0.2)  # between two lines, the nearer of them


def test_an_image_that_misses_the_tile_is_told():
    whole = Window(0, 0, TILE.rows, TILE.columns)
    first = int(lines_of_tile().min())
    before = image(0, first - 100)
    assert box_of(before) is None
    geometry = geocode(before.scene, TILE, whole, np.zeros((150, 160), np.float32))
    assert np.isnan(on_grid(before, geometry.line, geometry.pixel, None)).all()


def test_the_part_of_an_image_holds_the_tile():
    box = box_of(image())
    geometry, _ = seen_window(image().scene, TILE, Window(0, 0, TILE.rows, TILE.columns), heights_of)
    for part, first, last in zip(geometry, *box, strict=False):
        assert first < part.min() < part.max() < last
        assert last - first < np.ptp(part) + 120


def test_without_a_correction_it_is_the_power_itself():
    geometry, _ = seen_window(image().scene, TILE, Window(0, 0, 5, 5), heights_of)
    flat = Image(
        scene(),
        making.LINES,
        making.PIXELS,
        lambda place, size: np.full(size, 474, np.uint16),
        scenes.GAINS,
        scenes.NOISE,
    )
    found = on_grid(flat, geometry.line, geometry.pixel, None)
    np.testing.assert_allclose(found, 1 - scenes.NOISE_POWER, rtol=1e-6)
    assert Place(0, 0) == (0, 0)
