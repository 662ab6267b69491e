"""Images of other CRSs, extents and resolutions on a tile's grid, against what GDAL makes of the whole image."""

import dataclasses

import numpy as np
import pytest
import rasterio
from rasterio.enums import Resampling
from rasterio.warp import reproject

from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window, transformer
from landloom.reading.band_reader import BandReader, MaskReader
from landloom.reading.warping import pixels_across
from landloom.sensors.acquisition import Mask, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 20.0, 20.0, 48, 40)
IMAGES = {
    "another zone, finer": Grid("EPSG:32630", 781000.0, 4901500.0, 7.0, 7.0, 320, 320),
    "another zone, as fine": Grid("EPSG:32630", 781000.0, 4901500.0, 20.0, 20.0, 110, 110),
    "another zone, coarser": Grid("EPSG:32630", 781000.0, 4901500.0, 60.0, 60.0, 37, 37),
    "degrees, as fine": Grid("EPSG:4326", 0.48, 44.24, 0.00025, 0.00018, 120, 100),
    "degrees, finer": Grid("EPSG:4326", 0.48, 44.24, 0.00008, 0.00006, 400, 320),
    "national, as fine": Grid("EPSG:2154", 499000.0, 6351000.0, 20.0, 20.0, 160, 160),
    "same, shifted": Grid("EPSG:32631", 299993.0, 4900027.0, 20.0, 20.0, 50, 44),
    "same, a part": Grid("EPSG:32631", 300200.0, 4899820.0, 20.0, 20.0, 20, 20),
    "same, finer, shifted": Grid("EPSG:32631", 299993.0, 4900027.0, 10.0, 10.0, 98, 84),
    "same, finer": Grid("EPSG:32631", 300000.0, 4900020.0, 5.0, 5.0, 192, 160),
    "same, odd ratio": Grid("EPSG:32631", 300000.0, 4900020.0, 8.0, 8.0, 120, 100),
}
FINER = [name for name in IMAGES if "finer" in name or "odd" in name]
WHOLE = Window(0, 0, GRID.rows, GRID.columns)


def centre_of_grid(grid):
    return transformer("EPSG:32631", grid.crs).transform(300400.0, 4899540.0)


def placed(grid):
    """Return an image of another CRS amid the tile."""
    if grid.crs == GRID.crs:
        return grid
    x, y = centre_of_grid(grid)
    left, top = x - grid.columns / 2.1 * grid.resolution, y + grid.rows / 1.9 * grid.resolution_y
    return dataclasses.replace(grid, left=left, top=top)


def written(path, grid, dtype=np.int16, nodata=NODATA):
    """Write a field with structure at the pixel's scale, and a hole."""
    rows, columns = np.mgrid[: grid.rows, : grid.columns]
    noise = np.random.default_rng(5).normal(0, 300, (grid.rows, grid.columns))
    values = (4000 + 2000 * np.sin(rows / 5) * np.cos(columns / 7) + noise).astype(dtype)
    values[grid.rows // 2 : grid.rows // 2 + 4, grid.columns // 2 : grid.columns // 2 + 3] = nodata
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype=dtype, nodata=nodata, **grid.profile()) as dataset:
        dataset.write(values, 1)
    return values


def warped(values, grid, method, **options):
    """Return what GDAL makes of the whole image at once."""
    out = np.full((GRID.rows, GRID.columns), NODATA, np.int16)
    reproject(
        values,
        out,
        src_transform=grid.transform,
        src_crs=grid.crs,
        src_nodata=NODATA,
        dst_transform=GRID.transform,
        dst_crs=GRID.crs,
        dst_nodata=NODATA,
        resampling=method,
        tolerance=1e-6,
        **options,
    )
    return out


def read(path, resampling, windows=(WHOLE,)):
    out = np.empty((GRID.rows, GRID.columns), np.int16)
    reader = BandReader(RasterBand(str(path), nodata=(NODATA,)), GRID, resampling)
    for window in windows:
        part = np.empty((window.rows, window.columns), np.int16)
        reader.reflectance(window, part)
        out[window.slices] = part
    reader.close()
    return out


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("resampling", ["nearest", "bilinear", "cubic"])
def test_every_combination_is_as_gdal_warps_it(tmp_path, name, resampling):
    grid = placed(IMAGES[name])
    values = written(tmp_path / "image.tif", grid)
    averaged = name in FINER and resampling != "nearest"
    expected = (
        warped(values, grid, Resampling.average)
        if averaged
        else warped(values, grid, Resampling[resampling], XSCALE=1, YSCALE=1)
    )
    assert np.mean(expected != NODATA) > 0.1
    found = read(tmp_path / "image.tif", resampling)
    if resampling == "nearest":
        assert np.mean(found != expected) < 2e-3  # on the line between two pixels
    else:
        np.testing.assert_allclose(found, expected, rtol=0, atol=1)  # halves are rounded up or down


@pytest.mark.parametrize("name", FINER)
def test_averages_do_not_depend_on_windows(tmp_path, name):
    written(tmp_path / "image.tif", placed(IMAGES[name]))
    whole = read(tmp_path / "image.tif", "bilinear")
    for side in (7, 16):
        np.testing.assert_array_equal(read(tmp_path / "image.tif", "bilinear", GRID.windows(side)), whole)


def test_average_is_the_mean_of_what_is_there(tmp_path):
    """Of 4 x 4 pixels each, those without data left out."""
    values = written(tmp_path / "image.tif", IMAGES["same, finer"]).astype(float)
    values[values == NODATA] = np.nan
    blocks = values.reshape(48, 4, 40, 4).transpose(0, 2, 1, 3).reshape(48, 40, 16)
    expected = np.nanmean(blocks, axis=-1)
    np.testing.assert_allclose(read(tmp_path / "image.tif", "bilinear"), expected, rtol=0, atol=0.5 + 1e-3)


def test_pixels_across():
    assert pixels_across(IMAGES["same, finer"], GRID) == pytest.approx(4)
    assert pixels_across(IMAGES["another zone, coarser"], GRID) == pytest.approx(1 / 3, rel=0.01)
    assert pixels_across(dataclasses.replace(GRID, resolution=10.0), GRID) == pytest.approx(2)
    degrees = Grid("EPSG:4326", 0.4, 44.3, 20 / 111_300 / np.cos(np.radians(44.2)), 20 / 111_100, 100, 100)
    assert pixels_across(degrees, GRID) == pytest.approx(1, rel=0.02)


def written_mask(path, grid):
    flags = (np.random.default_rng(1).random((grid.rows, grid.columns)) < 0.04).astype(np.uint8) * 4
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype="uint8", **grid.profile()) as dataset:
        dataset.write(flags, 1)
    return flags


def kept_clear(path, windows=(WHOLE,)):
    clear = np.ones((GRID.rows, GRID.columns), bool)
    reader = MaskReader(Mask(RasterBand(str(path)), invalid_bits=4), GRID)
    for window in windows:
        reader.keep_clear(window, clear[window.slices])
    reader.close()
    return clear


def test_a_coarse_pixel_is_clear_where_all_of_the_mask_is(tmp_path):
    flags = written_mask(tmp_path / "m.tif", IMAGES["same, finer"])
    expected = (flags.reshape(48, 4, 40, 4) == 0).all(axis=(1, 3))
    np.testing.assert_array_equal(kept_clear(tmp_path / "m.tif"), expected)
    assert 0.3 < expected.mean() < 0.7


def test_a_mask_that_is_a_little_finer_than_the_grid_loses_no_cloud(tmp_path):
    """As that of 20 m on a grid of 30 m, where bands of 10 m are averaged over all of a pixel."""
    flags = written_mask(tmp_path / "m.tif", Grid("EPSG:32631", 300000.0, 4900020.0, 40 / 3, 40 / 3, 72, 60))
    expected = (np.kron(flags, np.ones((2, 2))).reshape(48, 3, 40, 3) == 0).all(axis=(1, 3))
    np.testing.assert_array_equal(kept_clear(tmp_path / "m.tif"), expected)
    assert 0.3 < expected.mean() < 0.99


@pytest.mark.parametrize("name", FINER)
def test_no_cloud_is_lost_on_a_coarse_grid(tmp_path, name, monkeypatch):
    """A pixel of the grid is not clear where the centre of a cloudy pixel of the mask lies in it."""
    grid = placed(IMAGES[name])
    flags = written_mask(tmp_path / "m.tif", grid)
    clear = kept_clear(tmp_path / "m.tif")
    x, y = transformer(grid.crs, GRID.crs).transform(*grid.centres(Window(0, 0, grid.rows, grid.columns)))
    rows, columns = (GRID.top - y) / GRID.resolution_y, (x - GRID.left) / GRID.resolution
    within = (rows > 0) & (rows < GRID.rows) & (columns > 0) & (columns < GRID.columns) & (flags > 0)
    assert within.sum() > 50
    lost = clear[rows[within].astype(int), columns[within].astype(int)]
    assert lost.mean() < 0.01  # a pixel that is turned may slip between the samples
    monkeypatch.setattr("landloom.reading.band_reader._FINE_PIXELS", 100)
    np.testing.assert_array_equal(kept_clear(tmp_path / "m.tif", GRID.windows(7)), clear)


@pytest.mark.parametrize("name", [name for name in IMAGES if name not in FINER])
def test_masks_are_those_of_the_nearest_pixel(tmp_path, name):
    """And nothing outside of a mask is clear."""
    grid = placed(IMAGES[name])
    flags, clear = written_mask(tmp_path / "m.tif", grid), kept_clear(tmp_path / "m.tif")
    x, y = transformer(GRID.crs, grid.crs).transform(*GRID.centres(WHOLE))
    rows, columns = (grid.top - y) / grid.resolution_y, (x - grid.left) / grid.resolution
    inside = (rows > 0) & (rows < grid.rows) & (columns > 0) & (columns < grid.columns)
    # On the line between two pixels, either is nearest.
    told = inside & (np.abs(rows - np.round(rows)) > 1e-3) & (np.abs(columns - np.round(columns)) > 1e-3)
    expected = flags[rows.clip(0, grid.rows - 1).astype(int), columns.clip(0, grid.columns - 1).astype(int)] == 0
    np.testing.assert_array_equal(clear[told], expected[told])
    assert not clear[~inside].any()
