"""Bytes of products by their names."""

import pytest

from landloom.forecast import disk
from landloom.maps.layers import FEATURES, MOSAICS


def test_every_layer_has_its_bytes():
    named = {*disk.BYTES_OF_PIXELS, "probabilities", FEATURES.name}
    assert MOSAICS.keys() <= named
    assert all(disk.bytes_of_pixel(f"results/2018/map/{name}.tif", 10, 100) > 0 for name in MOSAICS)


def test_megabytes_of_the_products_of_a_job():
    paths = ["run0/classification.tif", "run0/probabilities.tif", "run0/counts.json", "features.tif", "segments.tif"]
    of_pixel = 0.2 + 10 * disk.BYTES_OF_CLASS + 100 * disk.BYTES_OF_FEATURE + disk.OTHER_BYTES
    assert disk.megabytes(paths, 2e6, 10, 100) == pytest.approx(2 * of_pixel)
