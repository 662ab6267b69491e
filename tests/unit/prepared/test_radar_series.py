"""Prepared radar images as series: the same bytes in any window, filtered view by view, in decibels."""

import dataclasses
import datetime

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.prepared import image_files, radar_series
from landloom.reading.series_reader import TileReader
from landloom.sar import speckle
from landloom.sar.signed_power import NONE
from landloom.sensors.acquisition import Acquisition, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 70, 90)
VIEWS = ("ascending 59", "descending 8", "ascending 59", "ascending 59", "descending 8")


def stored():
    rng = np.random.default_rng(6)
    power = rng.gamma(4.4, 0.01, (len(VIEWS), 2, GRID.rows, GRID.columns)) - 0.01
    numbers = (np.sign(power) * np.sqrt(np.abs(power)) * 3000).astype(np.int16)
    numbers[1, :, 10:30, 20:50] = NONE
    numbers[2, 1, :, :9] = NONE
    return numbers


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("images"), []
    whole = Window(0, 0, GRID.rows, GRID.columns)
    for day, (view, numbers) in enumerate(zip(VIEWS, stored(), strict=True), 1):
        one = Acquisition(
            "r",
            "T",
            datetime.date(2021, 1, day),
            f"p{day}",
            (("VV", RasterBand("a")), ("VH", RasterBand("b"))),
            (),
            view=view,
        )
        path = folder / f"{day}.tif"
        image_files.write(path, GRID, ("VV", "VH"), [(whole, numbers)], "source", NONE)
        found.append(image_files.as_acquisition(one, path))
    return found


def read(images, method, windows, wanted=None, threads=2, radius=2):
    readers = {"r": radar_series.readers_of({"filter": {"method": method, "radius": radius}})}
    out = np.full((len(images), 2, GRID.rows, GRID.columns), NODATA, np.int16)
    valid = np.zeros((len(images), GRID.rows, GRID.columns), bool)
    with TileReader({"r": images}, GRID, {"r": "bilinear"}, threads, {"r": 2}, readers) as reader:
        for window, series in reader.stream(windows, wanted):
            shape = (len(images), 2, window.rows, window.columns)
            out[(..., *window.slices)] = series["r"].values.reshape(shape)
            valid[(..., *window.slices)] = series["r"].valid.reshape(-1, window.rows, window.columns)
        counts = reader.value_counts()
    return np.where(valid[:, None], out, NODATA), counts


WHOLE = [Window(0, 0, GRID.rows, GRID.columns)]


@pytest.mark.parametrize("method", radar_series.FILTERS)
def test_windows_and_threads_agree_with_the_whole(images, method):
    expected, counted = read(images, method, WHOLE)
    for side, threads in ((17, 1), (32, 2)):
        found, counts = read(images, method, list(GRID.windows(side)), threads=threads)
        np.testing.assert_array_equal(found, expected)
        assert counts == counted


def test_each_view_is_filtered_by_itself(images):
    found, _ = read(images, "quegan_yu", WHOLE)
    numbers = stored()
    for view in set(VIEWS):
        own = [number for number, one in enumerate(VIEWS) if one == view]
        bands = [speckle.to_decibels(speckle.quegan_yu(numbers[own, band], 2)) for band in range(2)]
        expected = np.stack(bands, 1)
        valid = (expected != NODATA).all(axis=1, keepdims=True)
        np.testing.assert_array_equal(found[own], np.where(valid, expected, NODATA))


def test_without_a_filter_values_are_those_of_the_image(images):
    found, _ = read(images, "none", WHOLE)
    numbers = stored().astype(float)
    valid = (numbers != NONE).all(axis=1, keepdims=True)
    power = np.maximum(np.sign(numbers) * (numbers / 3000) ** 2, 1e-5)
    np.testing.assert_allclose(found, np.where(valid, 1000 * np.log10(power), NODATA), atol=0.51)
    assert found.min() == NODATA
    assert found[found != NODATA].min() == -5000


def test_what_is_not_wanted_is_not_valid(images):
    rng = np.random.default_rng(1)
    asked = rng.random((GRID.rows, GRID.columns)) < 0.3
    asked[:20] = False
    expected, _ = read(images, "lee", WHOLE)
    found, counts = read(images, "lee", list(GRID.windows(20)), lambda window: asked[window.slices])
    np.testing.assert_array_equal(found, np.where(asked, expected, NODATA))
    assert counts[0].pixels == (found[:, 0] != NODATA).sum()


def test_an_image_that_is_damaged_or_of_another_grid_is_told(images, tmp_path):
    (tmp_path / "cut.tif").write_bytes(b"II*\0")
    cut = image_files.as_acquisition(images[0], tmp_path / "cut.tif")
    with pytest.raises(InputError, match=r"cut.tif: cannot be read"):
        read([cut], "lee", WHOLE)
    other = dataclasses.replace(GRID, rows=40)
    image_files.write(tmp_path / "o.tif", other, ("VV", "VH"), [(Window(0, 0, 40, 90), stored()[0][:, :40])], "s")
    with pytest.raises(InputError, match="is not on the grid of tile T"):
        read([image_files.as_acquisition(images[0], tmp_path / "o.tif")], "lee", WHOLE)
