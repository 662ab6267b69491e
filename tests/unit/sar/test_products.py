from dataclasses import replace

import numpy as np
import pytest

from landloom.sar.calibration import NO_NOISE, Place, calibrate
from landloom.sar.products import image_of, points_of, scene_of, size_of
from landloom.sensors.sentinel1 import archive, images
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

SCENE = Scene(lines=900, samples=800, polarisations=("VV",), code="SV")


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("products")
    making.make_safe(folder, SCENE, with_tables=True)
    return images.load(archive.slices(folder)[0], "VV")


def numbers(place, shape):
    return np.full(shape, 500, np.uint16)


def image(one, radiometry="gamma_terrain", *, without_noise=True):
    return image_of(one, scene_of(one.annotation), numbers, radiometry, without_noise=without_noise)


def test_an_image_of_a_product_is_what_kernels_take(product):
    found = image(product)
    assert (found.lines, found.pixels) == (SCENE.lines, SCENE.samples) == size_of(product.annotation)
    assert found.numbers is numbers
    np.testing.assert_array_equal(found.gains.values, product.calibration.beta)
    power = calibrate(numbers(None, (50, SCENE.samples)), Place(0, 0), found.gains, found.noise)
    factor = np.interp(30, product.noise.azimuth.lines[0], product.noise.azimuth.factors[0])
    floor = np.interp(70, product.noise.pixels[0], product.noise.values[0]) * factor
    assert power[30, 70] == pytest.approx((500.0**2 - floor) / 474.0**2, rel=1e-4)


@pytest.mark.parametrize(("radiometry", "table"), [("gamma_terrain", "beta"), ("gamma", "gamma"), ("sigma", "sigma")])
def test_each_radiometry_has_its_table(product, radiometry, table):
    np.testing.assert_array_equal(image(product, radiometry).gains.values, getattr(product.calibration, table))


def test_noise_is_left_in_where_it_is_not_wanted_or_gone(product):
    gone = replace(product, annotation=replace(product.annotation, noise_is_removed=True))
    assert image(product, without_noise=False).noise is NO_NOISE
    assert image(gone).noise is NO_NOISE


def test_the_points_of_a_grid_are_its_places(product):
    grid = product.annotation.grid
    points = points_of(grid)
    heights = np.linalg.norm(points, axis=1)
    assert ((heights > 6.35e6) & (heights < 6.38e6)).all()
    np.testing.assert_allclose(np.degrees(np.arctan2(points[:, 1], points[:, 0])), grid.longitudes, atol=1e-9)
