import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.sar import dem
from landloom.sar.dem import Box

SIDE = 36
"""Pixels of a degree in made tiles, which are as coarse as their names allow."""


def write(path, heights, left, top, size, **more):
    """Write a raster of heights, by default in degrees."""
    path.parent.mkdir(parents=True, exist_ok=True)
    width, height = size if isinstance(size, tuple) else (size, size)
    profile = {"crs": "EPSG:4326", "nodata": -32768, "dtype": "int16", "driver": "GTiff"} | more
    rows, columns = heights.shape
    with rasterio.open(
        path, "w", height=rows, width=columns, count=1, transform=Affine(width, 0, left, 0, -height, top), **profile
    ) as dataset:
        dataset.write(heights.astype(profile["dtype"]), 1)
    return path


def surface(longitude, latitude):
    return 100 * np.sin(longitude * 2) + 80 * np.cos(latitude * 3) + 500


def copernicus(folder, east, north, columns=SIDE):
    """A tile of one degree whose first pixel's centre is at the corner."""
    wide, high = 1 / columns, 1 / SIDE
    longitude, latitude = np.meshgrid(east + np.arange(columns) * wide, north + 1 - np.arange(SIDE) * high)
    name = f"Copernicus_DSM_COG_10_{'NS'[north < 0]}{abs(north):02}_00_{'EW'[east < 0]}{abs(east):03}_00_DEM"
    heights = surface(longitude, latitude)
    place = east - wide / 2, north + 1 + high / 2
    return write(folder / name / f"{name}.tif", heights, *place, (wide, high), dtype="float32", nodata=None)


def srtm(folder, east, north):
    """A tile of 1201 x 1201 pixels, whose edges are its neighbours', too."""
    longitude, latitude = np.meshgrid(east + np.arange(1201) / 1200, north + 1 - np.arange(1201) / 1200)
    path = folder / f"{'NS'[north < 0]}{abs(north):02}{'EW'[east < 0]}{abs(east):03}.hgt"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(np.rint(surface(longitude, latitude)).astype(">i2").tobytes())
    return path


def test_heights_are_metres_by_the_scale_that_a_file_declares(tmp_path):
    numbers = np.array([[3000, -9999], [3015, -4000]])
    path = write(tmp_path / "decimetres.tif", numbers, 0, 45, 0.1, dtype="int32", nodata=-9999)
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets, dataset.units = (0.1,), (5.0,), ("m",)
    pieces = dem.pieces_in([dem.describe(path)], Box(0, 44, 1, 45))
    found = dem.read_lattice(pieces, Window(*pieces[0].start, 2, 2))
    np.testing.assert_allclose(found, [[305, np.nan], [306.5, -395]], rtol=1e-6)


@pytest.mark.parametrize(
    ("unit", "crs"), [("ft", "EPSG:4326"), ("US survey foot", "EPSG:4326"), ("", "EPSG:26910+6360")]
)
def test_heights_in_feet_are_refused(tmp_path, unit, crs):
    path = write(tmp_path / "feet.tif", np.zeros((4, 5)), 0, 45, 0.1, crs=crs)
    with rasterio.open(path, "r+") as dataset:
        dataset.units = (unit,)
    with pytest.raises(InputError, match=r"heights: .*feet\.tif: is in feet \(.*convert its heights to metres"):
        dem.describe(path, "heights")


def test_what_a_file_says(tmp_path):
    found = dem.describe(write(tmp_path / "a.tif", np.zeros((4, 5)), 0, 45, 0.1, crs="EPSG:9707"))
    assert (found.grid.crs, found.vertical, found.is_in_degrees) == ("EPSG:4326", "EGM96 height", True)
    with pytest.raises(InputError, match="says that its heights are EGM96 height"):
        dem.check_datum(found, are_ellipsoidal=True)
    dem.check_datum(found, are_ellipsoidal=False)
    solid = dem.describe(write(tmp_path / "c.tif", np.zeros((4, 5)), 0, 45, 0.1, crs="EPSG:4979"))
    dem.check_datum(solid, are_ellipsoidal=True)
    with pytest.raises(
        InputError, match=r"c\.tif says that its heights are above the ellipsoid, .* write `ellipsoid`"
    ):
        dem.check_datum(solid, are_ellipsoidal=False)
    (tmp_path / "b.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"b\.tif: cannot be used"):
        dem.describe(tmp_path / "b.tif")


def test_tiles_of_one_model_continue_one_another(tmp_path):
    files = [dem.describe(copernicus(tmp_path, east, north)) for east, north in ((0, 44), (1, 44), (0, 43))]
    pieces = dem.pieces_in(files, Box(-1, 42, 3, 46))
    (lattice,) = dem.lattices(pieces)
    whole = dem.read_lattice(lattice, Window(-45 * SIDE - 1, -1, 2 * SIDE, 2 * SIDE))
    longitude, latitude = np.meshgrid(np.arange(2 * SIDE) / SIDE, 45 - np.arange(2 * SIDE) / SIDE)
    expected = surface(longitude, latitude)
    expected[SIDE:, SIDE:] = np.nan
    np.testing.assert_allclose(whole, expected, atol=1e-3)
    part = dem.read_lattice(lattice, Window(-45 * SIDE + 29, 19, 11, 31))
    np.testing.assert_array_equal(part, whole[30:41, 20:51])


def test_belts_of_wider_columns_are_lattices_of_their_own(tmp_path):
    files = [dem.describe(copernicus(tmp_path, 0, north, columns)) for north, columns in ((49, SIDE), (50, 24))]
    assert len(dem.lattices(dem.pieces_in(files, Box(-1, 48, 3, 52)))) == 2


def test_tiles_that_share_an_edge_are_one_model(tmp_path):
    files = [dem.describe(srtm(tmp_path, east, 44)) for east in (0, 1)]
    (lattice,) = dem.lattices(dem.pieces_in(files, Box(0, 44, 2, 45)))
    found = dem.read_lattice(lattice, Window(-45 * 1200, 1190, 20, 20))
    assert not np.isnan(found).any()


def test_two_models_in_a_folder_are_refused(tmp_path):
    files = [dem.describe(copernicus(tmp_path, 0, 44)), dem.describe(srtm(tmp_path, 0, 44))]
    with pytest.raises(InputError, match=r"DEM\.tif and .*N44E000\.hgt cover the same ground"):
        dem.lattices(dem.pieces_in(files, Box(0, 44, 1, 45)))


def test_voids_are_known_with_and_without_a_nodata_value(tmp_path):
    heights = np.array([[5, -32768, -9999], [9501, -400, 8848]])
    for nodata in (-32768, None):
        file = dem.describe(write(tmp_path / f"{nodata}.tif", heights, 0, 2, 1, nodata=nodata))
        (lattice,) = dem.lattices(dem.pieces_in([file], Box(0, 0, 3, 2)))
        found = dem.read_lattice(lattice, Window(-2, 0, 2, 3))
        np.testing.assert_array_equal(found, np.array([[5, np.nan, np.nan], [np.nan, -400, 8848]], np.float32))


def test_a_truncated_file_is_told(tmp_path):
    file = dem.describe(write(tmp_path / "a.tif", np.random.default_rng(1).random((300, 300)) * 900, 0, 3, 0.01))
    (lattice,) = dem.lattices(dem.pieces_in([file], Box(0, 0, 3, 3)))
    file.path.write_bytes(file.path.read_bytes()[:30000])
    with pytest.raises(InputError, match=r"a\.tif: cannot be (read|used)"):
        dem.read_lattice(lattice, Window(-300, 0, 300, 300))
