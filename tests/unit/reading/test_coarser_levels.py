"""The level of a file that a coarser grid is read from, and its numbers."""

import numpy as np
import pytest
import rasterio
from rasterio.enums import Resampling

from landloom.geo.grids import Grid, Window
from landloom.reading.band_reader import BandReader
from landloom.reading.coarser_levels import level_of
from landloom.sensors.acquisition import RasterBand

SIDE = 240
FINE = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, SIDE, SIDE)
WAVELET = np.array([-1, 2, 6, 2, -1]) / 8
VALUES = np.clip(3000 + 40 * np.random.default_rng(3).standard_normal((SIDE, SIDE)), 1, 9000).astype(np.uint16)


def grid(metres):
    pixels = SIDE * 10 // metres
    return Grid("EPSG:32631", 300000.0, 4900000.0, float(metres), float(metres), pixels, pixels)


def written(path, count=1):
    options = {"driver": "GTiff"}
    if path.suffix == ".jp2":
        options = {"driver": "JP2OpenJPEG", "QUALITY": "100", "REVERSIBLE": "YES", "RESOLUTIONS": "4"}
    with rasterio.open(path, "w", dtype="uint16", count=count, **options, **FINE.profile()) as dataset:
        for number in range(1, count + 1):
            dataset.write(VALUES, number)
    if path.suffix == ".tif":
        with rasterio.open(path, "r+") as dataset:
            dataset.build_overviews([2, 4], Resampling.average)
    return RasterBand(str(path), nodata=(0.0,))


def read(band, metres, resampling):
    of_tile = grid(metres)
    reader, out = BandReader(band, of_tile, resampling), np.empty((of_tile.rows, of_tile.columns), np.int16)
    reader.reflectance(Window(0, 0, of_tile.rows, of_tile.columns), out)
    reader.close()
    return out


@pytest.mark.parametrize(("metres", "level"), [(10, None), (20, 0), (30, 0), (40, 1), (60, 1)])
def test_the_level_is_no_coarser_than_the_grid(tmp_path, metres, level):
    band = written(tmp_path / "b.tif")
    with rasterio.open(band.path) as dataset:
        assert level_of(dataset, band, grid(metres)) == level


def test_a_file_of_several_bands_or_nodata_values_is_read_in_full(tmp_path):
    several, plain = written(tmp_path / "two.tif", count=2), written(tmp_path / "one.tif")
    with rasterio.open(several.path) as dataset:
        assert level_of(dataset, several, grid(20)) is None
    with rasterio.open(plain.path) as dataset:
        assert level_of(dataset, RasterBand(plain.path, nodata=(0.0, 65535.0)), grid(20)) is None


def test_a_level_of_averages_is_read_as_averaging(tmp_path):
    band = written(tmp_path / "b.tif")
    difference = read(band, 20, "coarser_level").astype(int) - read(band, 20, "bilinear")
    assert np.abs(difference).max() <= 1
    np.testing.assert_array_equal(read(band, 10, "coarser_level"), read(band, 10, "bilinear"))


def test_a_level_of_jpeg_2000_is_the_low_pass_of_its_wavelet(tmp_path):
    found = read(written(tmp_path / "b.jp2"), 20, "coarser_level")
    padded = np.pad(VALUES.astype(float), 2, mode="reflect")
    rows = sum(weight * padded[place : place + SIDE : 2] for place, weight in enumerate(WAVELET))
    expected = sum(weight * rows[:, place : place + SIDE : 2] for place, weight in enumerate(WAVELET))
    # Lifting rounds twice a direction.
    assert np.abs(found - expected).max() <= 3
    assert np.abs(found - read(written(tmp_path / "c.jp2"), 20, "bilinear")).max() > 20
