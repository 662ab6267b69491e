"""Embeddings of the demonstration: vectors of length 1 of two zones, which agree where both show the ground."""

import numpy as np
import pytest
import rasterio
from rasterio.warp import reproject

from landloom.annual.decoding import ALPHAEARTH
from landloom.demo import embeddings
from landloom.demo.archive import make_demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embeddings")
    make_demo(folder, size_px=64, sensors=["embeddings"])
    return folder / "embeddings" / "2018"


def test_files_are_those_of_two_zones(folder):
    west, east = (rasterio.open(path) for path in sorted(folder.iterdir()))
    assert (west.crs.to_epsg(), east.crs.to_epsg()) == (32630, 32631)
    assert west.transform.e > 0 > east.transform.e
    for file in (west, east):
        assert set(file.dtypes) == {"int8"}
        assert file.nodatavals == (-128,) * 64
        assert file.descriptions == tuple(f"A{band:02d}" for band in range(64))
        lengths = np.linalg.norm(ALPHAEARTH[file.read().view(np.uint8)], axis=0)
        np.testing.assert_allclose(lengths, 1, atol=0.05)


def test_both_say_the_same_of_the_ground_between_them(folder):
    west, east = (rasterio.open(path) for path in sorted(folder.iterdir()))
    values = [ALPHAEARTH[file.read().view(np.uint8)] for file in (west, east)]
    seen = np.full(values[1].shape, np.nan, np.float32)
    places = {"src_transform": west.transform, "src_crs": west.crs, "dst_transform": east.transform}
    reproject(values[0], seen, **places, dst_crs=east.crs, dst_nodata=np.nan, resampling=1)
    both = np.isfinite(seen[0])
    assert 0 < both.mean() < 0.6
    cosines = (seen[:, both] * values[1][:, both]).sum(axis=0) / np.linalg.norm(seen[:, both], axis=0)
    assert np.median(cosines) > 0.9


def test_numbers_are_the_nearest_ones():
    values = np.linspace(-1, 1, 1001, dtype=np.float32)
    decoded = ALPHAEARTH[embeddings.coded(values).view(np.uint8)]
    np.testing.assert_allclose(decoded, values, atol=0.009)
