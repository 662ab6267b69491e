"""Landsat 8 and altitude of the demonstration: as our reader takes them, and without a trace in what else is made."""

import datetime
import hashlib
from itertools import pairwise

import numpy as np
import pytest
import rasterio
from rasterio.warp import Resampling, reproject

from landloom.demo.archive import make_demo
from landloom.demo.landsat import quality
from landloom.geo.grids import Window, of_dataset
from landloom.reading.band_reader import BandReader, MaskReader
from landloom.sensors import registry
from landloom.sensors import registry as sensors
from landloom.sensors.landsat import collection2

TILE, SIZE_PX = "T31TBJ", 100
YEAR = (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
WHOLE = Window(0, 0, SIZE_PX, SIZE_PX)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "demo"
    make_demo(folder, size_px=SIZE_PX, sensors=["sentinel2", "landsat8", "altitude"])
    return folder


@pytest.fixture(scope="module")
def observations(demo):
    archive = {"type": "landsat_c2", "archive": str(demo / "landsat")}
    settings = registry.sections_of({"l8": archive})["l8"]
    return [sensors.describe(settings, "l8", TILE, product) for product in sensors.find(settings, TILE, *YEAR)]


def truth(demo):
    with rasterio.open(demo / f"2018/truth/{TILE}.tif") as dataset:
        return dataset.read(1), of_dataset(dataset)


def read(observation, grid):
    """Return the bands on a grid, and where all masks are clear."""
    bands = {}
    for name, band in observation.bands:
        bands[name] = np.empty((SIZE_PX, SIZE_PX), np.int16)
        reader = BandReader(band, grid, "bilinear")
        reader.reflectance(WHOLE, bands[name])
        reader.close()
    clear = np.ones((SIZE_PX, SIZE_PX), bool)
    for mask in observation.masks:
        MaskReader(mask, grid).keep_clear(WHOLE, clear)
    return bands, clear


def files_of(folder):
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {str(name): hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()}


def test_other_sensors_leave_sentinel2_as_it_is(demo, tmp_path):
    make_demo(tmp_path / "alone", size_px=SIZE_PX)
    together = files_of(demo)
    added = {name for name in together if name.startswith("landsat/") or name == "altitude.tif"}
    assert {name: digest for name, digest in together.items() if name not in added} == files_of(tmp_path / "alone")
    assert len(added) == 1 + 9 * (22 + 23)


def test_dates_are_sixteen_days_apart(observations):
    days = [observation.date for observation in observations]
    assert {(late - early).days for early, late in pairwise(days)} == {16}
    assert len(days) == 22
    assert {collection2.NAME.fullmatch(observation.product)["path"] for observation in observations} == {"199"}


def test_pixels_are_landsats_and_cover_the_tile(demo, observations):
    _, tile = truth(demo)
    with rasterio.open(observations[0].bands[0][1].path) as dataset:
        grid = of_dataset(dataset)
        assert dataset.dtypes == ("uint16",)
    assert grid.resolution == 30
    assert ((grid.left - 15) % 30, (grid.top - 15) % 30) == (0, 0)
    assert grid.left < tile.left < tile.right < grid.right
    assert grid.bottom < tile.bottom < tile.top < grid.top


def test_clear_ground_looks_as_sentinel2_sees_it(demo, observations):
    """Water is dark in the infrared, forest is green in summer; clouds are bright and masked."""
    codes, grid = truth(demo)
    summer = min(observations, key=lambda observation: abs((observation.date - datetime.date(2018, 7, 1)).days))
    seen = {observation.date: read(observation, grid) for observation in (summer, *observations)}
    bands, clear = max(seen.values(), key=lambda pair: pair[1].mean())
    assert clear.mean() > 0.9
    assert 300 < np.median(bands["red"][clear]) < 2500
    blue = {kind: [found["blue"][ok == kind] for found, ok in seen.values()] for kind in (True, False)}
    assert np.median(np.concatenate(blue[False])) > 1.5 * np.median(np.concatenate(blue[True]))
    bands, clear = seen[summer.date]
    water, forest = (np.isin(codes, kind) & clear for kind in ((9,), (6,)))
    if water.sum() > 50:
        assert np.median(bands["nir08"][water]) < np.median(bands["nir08"][forest])


def test_quality_of_pixels():
    maja = np.zeros((6, 6), np.uint8)
    maja[0, 0] = 1 | 2 | 8
    maja[0, 5] = 1 | 2
    maja[5, 0] = 1 | 32
    maja[5, 5] = 128
    found = quality(maja)
    assert found.shape == (4, 4)
    assert found[1, 1] == 21824  # clear, with low confidence of all else
    assert found[0, 0] & 0b1001010 == 1 << 3
    assert found[0, 3] & 0b1001010 == 1 << 1
    assert found[3, 0] & (1 << 4 | 1 << 6) == 1 << 4 | 1 << 6
    assert found[3, 3] & 1 << 2


def test_altitude_tells_a_little_of_what_stays(demo):
    codes, grid = truth(demo)
    heights = np.full(codes.shape, np.nan, np.float32)
    with rasterio.open(demo / "altitude.tif") as dataset:
        assert dataset.crs.to_epsg() == 2154
        to = {"dst_transform": grid.profile()["transform"], "dst_crs": grid.crs, "dst_nodata": np.nan}
        reproject(rasterio.band(dataset, 1), heights, resampling=Resampling.bilinear, **to)
    assert np.isfinite(heights).all()
    means = {code: heights[codes == code].mean() for code in np.unique(codes) if (codes == code).sum() > 30}
    forests = [means[code] for code in (6, 7) if code in means]
    if 9 in means and forests:
        assert means[9] < max(forests)
    assert 5 < heights.std() < 80
