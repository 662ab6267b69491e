"""Annotation as the kernels take it: its own grid of points is the proof."""

import dataclasses

import numpy as np
import pytest
from pyproj import Transformer

from landloom.sar import products
from landloom.sar.calibration import NO_NOISE
from landloom.sar.geocoding import LIGHT_M_S, abeam
from landloom.sar.ground_range import nearest_ground_range
from landloom.sensors.sentinel1 import annotation, images, tables
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

SCENE = Scene(lines=1000, samples=900)


@pytest.fixture(scope="module")
def image():
    texts = [make(SCENE) for make in (making.annotation, making.calibration, making.noise)]
    read = annotation.read(texts[0], "a"), tables.read_calibration(texts[1], "c"), tables.read_noise(texts[2], "n")
    return images.Image(*read, "m.tiff")


def test_points_of_the_annotation_are_found_again(image):
    scene, grid = products.scene_of(image.annotation), image.annotation.grid
    to_earth = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    points = np.stack(to_earth.transform(grid.longitudes, grid.latitudes, grid.heights), -1)
    times, ranges, _ = abeam(scene.orbit, points)
    timing = scene.timing
    late = timing.bistatic_constant + timing.bistatic_slope * 2 * ranges / LIGHT_M_S
    np.testing.assert_allclose((times + late - timing.start) / timing.interval, grid.lines, atol=0.02)
    pixels = nearest_ground_range(scene.conversion, times, ranges) / timing.spacing
    np.testing.assert_allclose(pixels, grid.pixels, atol=0.02)


def test_each_radiometry_has_its_table(image):
    for name, column in products.TABLES.items():
        np.testing.assert_array_equal(products.gains_of(image, name).values, getattr(image.calibration, column))


def test_noise_is_taken_off_once_and_where_it_is_wanted(image):
    noise = products.noise_of(image, taken_off=True)
    assert len(noise.blocks) == len(image.noise.azimuth.blocks) == 3
    np.testing.assert_array_equal(noise.across.values, image.noise.values)
    assert products.noise_of(image, taken_off=False) is NO_NOISE
    done = dataclasses.replace(image.annotation, noise_is_removed=True)
    assert products.noise_of(dataclasses.replace(image, annotation=done), taken_off=True) is NO_NOISE
