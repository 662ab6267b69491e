"""What is missing in an image is missing on the tile's grid, too, and nothing else: whatever marks it there."""

import numpy as np
import pytest
import rasterio

from landloom.core.stored_values import NODATA
from landloom.features.functions.rasters import RasterReader
from landloom.features.static_rasters import survey as static_raster_survey
from landloom.features.static_rasters.settings import of_content
from landloom.geo.grids import Grid, Window
from landloom.reading.band_reader import BandReader, MaskReader
from landloom.sensors.acquisition import Mask, RasterBand
from landloom.sensors.coregistration_settings import CoregistrationSettings
from landloom.survey import coregistration

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 60)
WHOLE = Window(0, 0, 60, 60)
IMAGES = {
    "between the pixels": Grid("EPSG:32631", 299995.0, 4900005.0, 10.0, 10.0, 80, 80),
    "off by a third": Grid("EPSG:32631", 299996.7, 4900003.3, 10.0, 10.0, 80, 80),
    "finer": Grid("EPSG:32631", 300000.0, 4900000.0, 2.5, 2.5, 240, 240),
    "even": GRID,
}
LEFT_HALF = Grid("EPSG:32631", 299995.0, 4900005.0, 10.0, 10.0, 80, 30)


def write(path, values, grid, nodata=None):
    bands = values if values.ndim == 3 else values[np.newaxis]
    options = grid.profile() | {"count": len(bands), "dtype": values.dtype, "nodata": nodata}
    with rasterio.open(path, "w", driver="GTiff", **options) as dataset:
        dataset.write(bands)
    return str(path)


def read(path, resampling="bilinear", nodata=None, data=(), **band):
    source = RasterBand(path, nodata=() if nodata is None else (nodata,), **band)
    reader, out = BandReader(source, GRID, resampling, data=data), np.empty((60, 60), np.int16)
    reader.reflectance(WHOLE, out)
    reader.close()
    return out


def holed(grid, value=3000):
    """Return values with a hole in the middle, as int16."""
    values = np.full((grid.rows, grid.columns), value, np.int16)
    values[grid.rows // 2 : grid.rows // 2 + 5, grid.columns // 2 : grid.columns // 2 + 5] = NODATA
    return values


# Files of several bands


@pytest.fixture(params=[name for name in IMAGES if name != "even"])
def pair(request, tmp_path):
    """Make a file of a band with a hole, and one in which another band has none."""
    grid = IMAGES[request.param]
    one = holed(grid)
    write(tmp_path / "one.tif", one, grid, NODATA)
    write(tmp_path / "what?.tif", np.stack([one, np.full_like(one, 5000)]), grid, NODATA)
    return str(tmp_path / "one.tif"), write(tmp_path / "two.tif", np.stack([np.full_like(one, 5), one]), grid, NODATA)


@pytest.mark.parametrize("resampling", ["nearest", "bilinear", "cubic"])
def test_each_band_of_a_file_has_gaps_of_its_own(pair, resampling, tmp_path):
    one, two = pair
    expected = read(one, resampling)
    assert set(np.unique(expected)) == {NODATA, 3000}
    np.testing.assert_array_equal(read(two, resampling, number=2), expected)
    assert (read(two, resampling) == 5).all()
    np.testing.assert_array_equal(read(str(tmp_path / "what?.tif"), resampling), expected)


@pytest.mark.parametrize("number", [1, 4])
def test_transparency_is_a_band_as_others_where_it_is_read(tmp_path, number):
    """Near infrared as the fourth band is often taken for it."""
    grid = IMAGES["off by a third"]
    values = np.stack([np.full((grid.rows, grid.columns), 100 * band, np.uint16) for band in (1, 2, 3, 4)])
    values[3, :40] = 0
    options = {"count": 4, "dtype": "uint16", "photometric": "RGB", "alpha": "YES"}
    with rasterio.open(tmp_path / "rgbn.tif", "w", driver="GTiff", **options, **grid.profile()) as dataset:
        dataset.write(values)
    found = read(str(tmp_path / "rgbn.tif"), "nearest", number=number, data=(1, 4))
    assert np.unique(found).tolist() == ([100] if number == 1 else [0, 400])


def test_so_has_each_of_a_raster_of_functions(pair):
    expected, found = (RasterReader(path, GRID).read(WHOLE, band) for band, path in enumerate(pair, 1))
    assert np.isnan(expected).any()
    np.testing.assert_array_equal(found, expected)


def test_so_has_each_of_a_reference(tmp_path):
    """A reference with holes in one band of two tells the same patches as that band alone."""
    grid = IMAGES["off by a third"]
    rng = np.random.default_rng(1)
    one = rng.integers(1000, 3000, (80, 80)).astype(np.int16)
    one[rng.random(one.shape) < 0.02] = NODATA
    paths = [write(tmp_path / "1.tif", one, grid, NODATA)]
    paths.append(write(tmp_path / "2.tif", np.stack([one, np.full_like(one, 7)]), grid, NODATA))
    settings = CoregistrationSettings(reference="x.tif", band="B8", patch_px=32)
    seen = []
    for path in paths:
        with coregistration._of_raster(path, settings, GRID) as patch:
            seen.append(patch(WHOLE))
    for expected, found in zip(*seen, strict=True):
        np.testing.assert_array_equal(found, expected)
    assert not seen[0][1].all()


def test_so_has_each_mask(tmp_path):
    grid = IMAGES["off by a third"]
    flags = np.zeros((2, 80, 80), np.uint8)
    flags[1, 20:30] = 255
    mask = Mask(RasterBand(write(tmp_path / "m.tif", flags, grid, 255), 2), invalid_values=(255,))
    clear, reader = np.ones((60, 60), bool), MaskReader(mask, GRID)
    reader.keep_clear(WHOLE, clear)
    np.testing.assert_array_equal(~clear.any(axis=1), (np.arange(60) >= 20) & (np.arange(60) < 30))


# Nodata that a type cannot hold


@pytest.mark.parametrize("resampling", ["nearest", "bilinear"])
@pytest.mark.parametrize(
    ("dtype", "nodata"),
    [
        ("uint16", -9999),
        ("uint8", -9999),
        ("uint16", float("nan")),
        ("uint16", 0.5),
        ("int16", None),
        ("uint8", None),
    ],
)
def test_nothing_lies_outside_of_an_image(tmp_path, dtype, nodata, resampling):
    path = write(tmp_path / "left.tif", np.full((80, 30), 40, dtype), LEFT_HALF)
    found = read(path, resampling, nodata=nodata)
    assert (found[:, :29] == 40).all()
    assert (found[:, 30:] == NODATA).all()
    height = {"height": {"file": path, "nodata": nodata}}
    if nodata is None or np.isfinite(nodata):
        (raster,) = static_raster_survey.survey(of_content(height), "T", "2018", GRID, tmp_path / "memory.json", 1)
        assert raster.missing_fraction == pytest.approx(0.5, abs=0.02)
        assert (raster.least, raster.greatest) == (40, 40)


@pytest.mark.parametrize("nodata", [None, NODATA])
@pytest.mark.parametrize("name", IMAGES)
def test_a_stored_reflectance_tells_by_itself_what_is_missing(tmp_path, name, nodata):
    path = write(tmp_path / "image.tif", holed(IMAGES[name]), IMAGES[name], nodata)
    assert set(np.unique(read(path))) == {NODATA, 3000}


# Numbers of files without nodata


@pytest.mark.parametrize("name", ["even", "between the pixels", "off by a third", "finer"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32"])
def test_zero_is_a_number_where_nothing_says_otherwise(tmp_path, name, dtype):
    """Of a slope, three quarters of it 0."""
    grid = IMAGES[name]
    side = round(GRID.resolution / grid.resolution)
    values = np.tile(np.repeat(np.array([0, 0, 0, 3], dtype), side), (grid.rows, grid.columns // 4 // side))
    path = write(tmp_path / "slope.tif", values, grid)
    nearest, bilinear = read(path, "nearest"), read(path, "bilinear")
    assert dict(zip(*np.unique(nearest, return_counts=True), strict=True)) == {0: 2700, 3: 900}
    assert (bilinear.min(), bilinear.max()) == (0, 3 if name in ("even", "finer") else 2)
    assert bilinear.mean() == pytest.approx(0.75, abs=0.27)


# Nodata of floats


@pytest.mark.parametrize("nodata", [1e20, -3.4e38, -9999.9, float("inf")])
@pytest.mark.parametrize("name", ["even", "off by a third"])
def test_nodata_is_compared_as_floats_are_stored(tmp_path, nodata, name):
    grid = IMAGES[name]
    values = np.full((grid.rows, grid.columns), 0.25, np.float32)
    values[20:30] = nodata
    path = write(tmp_path / "f.tif", values, grid)
    found = read(path, "nearest", nodata=nodata, gain=10000.0)
    expected = np.where((np.arange(60) >= 20) & (np.arange(60) < 30), NODATA, 2500)
    np.testing.assert_array_equal(found, np.tile(expected[:, np.newaxis], 60))
    reader = BandReader(RasterBand(path, nodata=(nodata,)), GRID, "bilinear")
    values = reader.scaled(WHOLE)
    assert np.isnan(values).sum() == 600
    assert np.nanmin(values) == np.nanmax(values) == 0.25
    reader.close()
