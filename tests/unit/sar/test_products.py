from dataclasses import replace

import numpy as np
import pytest
import rasterio
from rasterio.control import GroundControlPoint

from landloom.core.errors import InputError
from landloom.sar.calibration import NO_NOISE, Place, calibrate
from landloom.sar.products import image_of, points_of, scene_of
from landloom.sensors.sentinel1 import archive, images
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

SCENE = Scene(lines=900, samples=800, polarisations=("VV",), code="SV")


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("products")
    safe = making.make_safe(folder, SCENE, with_tables=True)
    (path,) = (safe / "measurement").iterdir()
    numbers = np.random.default_rng(1).integers(0, 900, (SCENE.lines, SCENE.samples)).astype(np.uint16)
    write(path, numbers)
    return images.load(archive.slices(folder)[0], "VV"), numbers


def write(path, numbers):
    """A measurement: points on the ground, and no grid."""
    rows, columns = numbers.shape
    points = [GroundControlPoint(row, column, column / 1e4, -row / 1e4, 0) for row in (0, 9) for column in (0, 9)]
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype="uint16", gcps=points, crs="EPSG:4326"
    ) as dataset:
        dataset.write(numbers, 1)


def test_an_image_of_a_product_is_what_kernels_take(product):
    one, numbers = product
    image = image_of(one, "gamma_terrain", without_noise=True)
    assert (image.lines, image.pixels) == numbers.shape
    np.testing.assert_array_equal(image.numbers(Place(100, 50), (30, 20)), numbers[100:130, 50:70])
    np.testing.assert_array_equal(image.gains.values, one.calibration.beta)
    scene = scene_of(one.annotation)
    np.testing.assert_array_equal(image.scene.orbit.coefficients, scene.orbit.coefficients)
    power = calibrate(numbers[:50], Place(0, 0), image.gains, image.noise)
    factor = np.interp(30, one.noise.azimuth.lines[0], one.noise.azimuth.factors[0])
    floor = np.interp(70, one.noise.pixels[0], one.noise.values[0]) * factor
    assert power[30, 70] == pytest.approx((float(numbers[30, 70]) ** 2 - floor) / 474.0**2, rel=1e-4)


@pytest.mark.parametrize(("radiometry", "table"), [("gamma_terrain", "beta"), ("gamma", "gamma"), ("sigma", "sigma")])
def test_each_radiometry_has_its_table(product, radiometry, table):
    image = image_of(product[0], radiometry, without_noise=True)
    np.testing.assert_array_equal(image.gains.values, getattr(product[0].calibration, table))


def test_noise_is_left_in_where_it_is_not_wanted_or_gone(product):
    one = product[0]
    gone = replace(one, annotation=replace(one.annotation, noise_is_removed=True))
    assert image_of(one, "sigma", without_noise=False).noise is NO_NOISE
    assert image_of(gone, "sigma", without_noise=True).noise is NO_NOISE


def test_the_points_of_a_grid_are_its_places(product):
    grid = product[0].annotation.grid
    points = points_of(grid)
    heights = np.linalg.norm(points, axis=1)
    assert ((heights > 6.35e6) & (heights < 6.38e6)).all()
    np.testing.assert_allclose(np.degrees(np.arctan2(points[:, 1], points[:, 0])), grid.longitudes, atol=1e-9)


def test_a_measurement_of_another_size_is_refused(product, tmp_path):
    path = tmp_path / "short.tiff"
    write(path, np.ones((700, SCENE.samples), np.uint16))
    with pytest.raises(InputError, match=r"short\.tiff: has 700 lines and 800 pixels, its annotation 900 and 800"):
        image_of(replace(product[0], measurement=str(path)), "sigma", without_noise=True)
    with pytest.raises(InputError, match=r"nothing\.tiff: cannot be read"):
        image_of(replace(product[0], measurement=str(tmp_path / "nothing.tiff")), "sigma", without_noise=True)


def test_a_truncated_measurement_is_told(product, tmp_path):
    path = tmp_path / "cut.tiff"
    write(path, np.ones((SCENE.lines, SCENE.samples), np.uint16))
    image = image_of(replace(product[0], measurement=str(path)), "sigma", without_noise=True)
    path.write_bytes(path.read_bytes()[:200_000])
    with pytest.raises(InputError, match=r"cut\.tiff: cannot be read"):
        image.numbers(Place(0, 0), (SCENE.lines, SCENE.samples))
