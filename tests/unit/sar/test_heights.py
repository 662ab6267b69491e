import numba
import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.sar import dem
from landloom.sar.heights import Heights, open_heights, read_heights, sample
from landloom.sensors.sentinel1 import dem_folder
from unit.sar.test_dem import SIDE, copernicus, srtm, surface, write

GRID = Grid("EPSG:32631", 400000.0, 4900000.0, 400.0, 400.0, 150, 160)
"""Coarse, as the made tiles are: around 1.8 E, 44.2 N."""


def truth(grid, window):
    x, y = grid.centres(window)
    return surface(*Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform(x, y))


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiles")
    for east in (1, 2):
        for north in (43, 44):
            copernicus(folder, east, north)
    return folder


@pytest.fixture(scope="module")
def rough(tmp_path_factory):
    rng = np.random.default_rng(2)
    heights = rng.integers(0, 900, (120, 130))
    heights[56:60, 80:83] = -32768
    return write(tmp_path_factory.mktemp("rough") / "dem.tif", heights, 1.0, 44.9, 0.015)


def test_tiles_are_put_together_without_seams(tiles):
    window = Window(0, 0, 150, 160)
    found = read_heights(open_heights(tiles, "ellipsoid", GRID, 5), GRID, window)
    # By hand of the formula, whose waves are 100 pixels long: cubic to some centimetres, a coordinate to 0.02 pixels.
    assert np.abs(found - truth(GRID, window)).max() < 0.5
    assert np.abs(np.diff(found, 2, axis=0)).max() < 0.5


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("window", [Window(0, 0, 1, 1), Window(33, 41, 57, 64), Window(-4, -4, 20, 30)])
def test_windows_and_threads_agree_with_the_whole(tiles, rough, window, threads):
    for path in (tiles, rough):
        source = open_heights(path, "ellipsoid", GRID, 5)
        whole = read_heights(source, GRID, Window(-5, -5, 160, 170))
        before = numba.get_num_threads()
        numba.set_num_threads(min(threads, before))
        part = read_heights(source, GRID, window)
        numba.set_num_threads(before)
        place = (
            slice(window.row + 5, window.row + 5 + window.rows),
            slice(window.column + 5, window.column + 5 + window.columns),
        )
        np.testing.assert_array_equal(part, whole[place])


def test_coarser_models_are_bicubic_as_by_gdal(rough):
    grid = Grid("EPSG:32631", 420000.0, 4900000.0, 300.0, 300.0, 200, 150)
    found = sample([dem.describe(rough)], grid, Window(0, 0, 200, 150))
    with (
        rasterio.open(rough) as dataset,
        WarpedVRT(
            dataset,
            resampling=Resampling.cubic,
            tolerance=1e-6,
            XSCALE=1,
            YSCALE=1,
            dtype="float32",
            **grid.profile(),
        ) as warped,
    ):
        expected = warped.read(1)
    void = np.isnan(found)
    np.testing.assert_array_equal(void, expected == -32768)
    assert 0 < void.sum() < 400
    # Nodes are 16 pixels of 300 m apart here: places are 0.01 pixels off. GDAL leaves out voids in another way.
    there = ~void & (np.abs(found - expected) < 300)
    assert np.abs(found - expected)[there].mean() < 2
    assert there.sum() > 0.99 * (~void).sum()


def test_the_same_lattice_is_read_as_it_is(tmp_path):
    heights = np.random.default_rng(3).integers(0, 900, (40, 50))
    path = write(tmp_path / "dem.tif", heights, 300000, 4900000, 10, crs="EPSG:32631")
    grid = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 50)
    found = sample([dem.describe(path)], grid, Window(5, 4, 20, 30))
    np.testing.assert_allclose(found, heights[5:25, 4:34], atol=1e-3)


def test_finer_models_are_averaged(tmp_path):
    heights = np.random.default_rng(4).integers(0, 900, (120, 120))
    path = write(tmp_path / "dem.tif", heights, 300000, 4899990, 10, crs="EPSG:32631")
    grid = Grid("EPSG:32631", 300000.0, 4899990.0, 30.0, 30.0, 40, 40)
    found = sample([dem.describe(path)], grid, Window(4, 4, 20, 20))
    np.testing.assert_allclose(found, heights.reshape(40, 3, 40, 3).mean(axis=(1, 3))[4:24, 4:24], rtol=1e-4)


def test_belts_of_other_columns_fill_what_the_first_leave(tmp_path):
    copernicus(tmp_path, 1, 43)
    copernicus(tmp_path, 1, 44, 24)
    grid = Grid("EPSG:32631", 360000.0, 4900000.0, 400.0, 400.0, 150, 100)
    window = Window(0, 0, 150, 100)
    found = sample([dem.describe(one) for one in dem_folder.find_files(tmp_path)], grid, window)
    assert not np.isnan(found).any()
    # In the row between, what is there of four is taken: a slope of a pixel.
    assert np.abs(found - truth(grid, window)).max() < 12
    assert np.abs(found - truth(grid, window)).mean() < 0.2


def test_a_missing_tile_is_a_gap(tmp_path):
    copernicus(tmp_path, 1, 44)
    source = open_heights(tmp_path, "ellipsoid", GRID, 0)
    window = Window(0, 0, 150, 160)
    found = read_heights(source, GRID, window)
    assert 0.3 < np.isnan(found).mean() < 0.9


def test_a_geoid_is_added_whatever_its_longitudes(tiles, tmp_path):
    window = Window(10, 10, 30, 30)
    latitude, longitude = np.meshgrid(np.arange(90.0, -91, -1), np.arange(0.0, 360), indexing="ij")
    undulation = 40 + 10 * np.cos(np.radians(longitude)) + 5 * np.sin(np.radians(latitude))
    shifted = np.roll(undulation, 180, axis=1)
    more = {"dtype": "float32", "nodata": None}
    plain = read_heights(open_heights(tiles, "ellipsoid", GRID, 0), GRID, window)
    for name, values, left in (("east", undulation, -0.5), ("both", shifted, -180.5)):
        path = write(tmp_path / f"{name}.tif", values, left, 90.5, 1, **more)
        found = read_heights(open_heights(tiles, str(path), GRID, 0), GRID, window)
        x, y = GRID.centres(window)
        east, north = Transformer.from_crs(GRID.crs, "EPSG:4326", always_xy=True).transform(x, y)
        expected = 40 + 10 * np.cos(np.radians(east)) + 5 * np.sin(np.radians(north))
        np.testing.assert_allclose(found - plain, expected, atol=0.01)


def test_the_meridian_of_180_degrees_is_no_border(tmp_path):
    for east in (179, -180):
        copernicus(tmp_path, east, 10)
    grid = Grid("EPSG:32601", 150000.0, 1180000.0, 400.0, 400.0, 100, 100)
    source = open_heights(tmp_path, "ellipsoid", grid, 0)
    assert len(source.surface) == 2
    found = read_heights(source, grid, Window(0, 0, 100, 100))
    assert not np.isnan(found).any()
    x, y = grid.centres(Window(0, 0, 100, 100))
    east, _ = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform(x, y)
    assert east.min() < -179 < 179 < east.max()


def test_what_is_not_told_or_does_not_reach_is_refused(tiles, tmp_path):
    with pytest.raises(InputError, match="heights: is missing"):
        open_heights(tiles, "", GRID, 0)
    away = GRID.moved(3e5, 0)
    with pytest.raises(InputError, match="has no heights of 160 x 150 pixels"):
        open_heights(tiles, "ellipsoid", away, 0)
    with pytest.raises(InputError, match=r"heights: .*geoid\.tif: cannot be used"):
        open_heights(tiles, str(tmp_path / "geoid.tif"), GRID, 0)
    told = write(tmp_path / "told.tif", np.zeros((200, 200)), 1, 45, 0.01, crs="EPSG:9707")
    with pytest.raises(InputError, match="not above the ellipsoid; name the raster of that geoid"):
        open_heights(told, "ellipsoid", GRID, 0)


def test_files_of_srtm_are_read(tmp_path):
    srtm(tmp_path, 1, 43)
    srtm(tmp_path, 1, 44)
    grid = Grid("EPSG:32631", 360000.0, 4880000.0, 30.0, 30.0, 60, 50)
    source = open_heights(tmp_path, "ellipsoid", grid, 2)
    found = read_heights(source, grid, Window(0, 0, 60, 50))
    assert np.abs(found - truth(grid, Window(0, 0, 60, 50))).max() < 1
    assert isinstance(source, Heights)
    assert SIDE < 1201
