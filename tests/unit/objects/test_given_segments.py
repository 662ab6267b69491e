import geopandas as gpd
import numpy as np
import pytest
import rasterio
from shapely import affinity
from shapely.geometry import LineString, Polygon, box

from landloom.core.errors import InputError
from landloom.geo.grids import Grid
from landloom.objects import given_segments
from landloom.objects.settings import ObjectSettings

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 30, 40)


def square(left, top, side):
    """A square by its place in pixels."""
    x, y = GRID.left + 10 * left, GRID.top - 10 * top
    return box(x, y - 10 * side, x + 10 * side, y)


def write_polygons(path, shapes, crs="EPSG:32631", **fields):
    frame = gpd.GeoDataFrame(fields or {"name": range(len(shapes))}, geometry=list(shapes), crs="EPSG:32631")
    frame.to_crs(crs).to_file(path)
    return str(path)


def objects_of(tmp_path, file, grid=GRID, **keys):
    settings = ObjectSettings(segmentation=file, **keys)
    found = given_segments.write(settings, file, grid, tmp_path / "objects.tif", {})
    with rasterio.open(tmp_path / "objects.tif") as dataset:
        return dataset.read(1), {what: number for what, number in found.items() if number}


def write_raster(path, values, grid=GRID, nodata=None, bands=1):
    options = {"driver": "GTiff", "count": bands, "dtype": values.dtype, "nodata": nodata}
    with rasterio.open(path, "w", **options, **grid.profile()) as file:
        for band in range(1, bands + 1):
            file.write(values, band)
    return str(path)


def test_pixels_have_the_polygon_that_holds_their_centre(tmp_path):
    file = write_polygons(tmp_path / "p.gpkg", [square(2, 3, 5), square(7, 3, 5.4), square(100, 100, 3)])
    found, amiss = objects_of(tmp_path, file)
    expected = np.zeros((30, 40), int)
    expected[3:8, 2:7] = 2  # ids of a GeoPackage begin at 1
    expected[3:8, 7:12] = 3
    np.testing.assert_array_equal(found, expected)
    assert amiss == {}


def test_the_first_of_overlapping_polygons_has_their_pixels(tmp_path):
    file = write_polygons(tmp_path / "p.gpkg", [square(2, 3, 5), square(4, 3, 5), square(2, 3, 5)])
    found, amiss = objects_of(tmp_path, file)
    assert (found[3:8, 2:7] == 2).all()
    assert (found[3:8, 7:9] == 3).all()
    assert amiss == {"pixels that lie in several polygons: the first in the file has them": 25}


def test_invalid_polygons_are_mended_and_other_shapes_left_out(tmp_path):
    x, y = GRID.left, GRID.top
    bow = Polygon([(x, y), (x + 100, y - 100), (x + 100, y), (x, y - 100)])
    file = write_polygons(tmp_path / "p.geojson", [bow, LineString([(x, y), (x + 50, y)]), square(20, 20, 3)])
    found, amiss = objects_of(tmp_path, file)
    assert set(np.unique(found)) == {0, 1, 3}
    assert amiss == {"invalid polygons that were mended": 1}
    assert (found == 1).sum() == pytest.approx(50, abs=10)


def test_polygons_of_another_crs_are_projected(tmp_path):
    here, _ = objects_of(tmp_path, write_polygons(tmp_path / "p.gpkg", [square(2.2, 3.2, 5), square(20.2, 3.2, 9)]))
    there = write_polygons(tmp_path / "q.gpkg", [square(2.2, 3.2, 5), square(20.2, 3.2, 9)], crs="EPSG:4326")
    np.testing.assert_array_equal(objects_of(tmp_path, there)[0], here)


@pytest.mark.parametrize(
    ("shapes", "names", "keys", "message"),
    [
        (
            [square(1, 1, 2)] * 2,
            ["a", "a"],
            {"field": "name"},
            r"\.field: .* several polygons of one `name`, as",
        ),
        ([square(1, 1, 2)] * 2, ["a", None], {"field": "name"}, r"objects\.field: 1 polygons of .* have no `name`"),
        ([square(1, 1, 2)], ["a"], {"field": "label"}, r"objects\.field: .* has no field `label`"),
        ([LineString([(0, 0), (1, 1)])], ["a"], {}, r"objects\.segmentation: .* has no polygon"),
        ([], [], {}, r"objects\.segmentation: .* is empty"),
        ([affinity.translate(square(1, 1, 2), 1e12)], ["a"], {}, "has coordinates that are not on Earth"),
    ],
)
def test_what_is_no_segmentation_is_told(tmp_path, shapes, names, keys, message):
    file = write_polygons(tmp_path / "p.gpkg", shapes, name=names)
    with pytest.raises(InputError, match=message):
        objects_of(tmp_path, file, **keys)


@pytest.mark.parametrize("dtype", ["uint8", "uint32", "int64", "float32"])
def test_a_raster_on_the_grid_is_taken_as_it_is(tmp_path, dtype):
    values = np.random.default_rng(2).integers(0, 200, (30, 40)).astype(dtype)
    values[:3] = 77
    found, amiss = objects_of(tmp_path, write_raster(tmp_path / "r.tif", values, nodata=77))
    np.testing.assert_array_equal(found, np.where(values == 77, 0, values))
    assert amiss == {}


def test_numbers_may_be_large(tmp_path):
    values = np.full((30, 40), 2**53 - 1, np.int64)
    np.testing.assert_array_equal(objects_of(tmp_path, write_raster(tmp_path / "r.tif", values))[0], values)


@pytest.mark.parametrize("resolution", [2.5, 4.0, 10.0, 30.0])
def test_rasters_of_another_resolution_and_extent_give_their_nearest_pixel(tmp_path, resolution):
    other = Grid("EPSG:32631", 300037.0, 4899951.0, resolution, resolution, 61, 83)
    values = np.arange(1, 61 * 83 + 1, dtype=np.int32).reshape(61, 83)
    found, _ = objects_of(tmp_path, write_raster(tmp_path / "r.tif", values, other))
    for row in range(30):
        for column in range(40):
            x, y = 300000 + 10 * column + 5, 4900000 - 10 * row - 5
            at = int((4899951 - y) // resolution), int((x - 300037) // resolution)
            inside = 0 <= at[0] < 61 and 0 <= at[1] < 83
            assert found[row, column] == (values[at] if inside else 0)


def test_a_raster_of_another_crs_is_found_by_points(tmp_path):
    lattice = Grid("EPSG:3035", 3.4e6, 2.5e6, 500.0, 500.0, 900, 900)
    values = np.arange(900 * 900, dtype=np.int32).reshape(900, 900)
    found, _ = objects_of(tmp_path, write_raster(tmp_path / "r.tif", values, lattice))
    x, y = gpd.GeoSeries(gpd.points_from_xy([300205], [4899855]), crs="EPSG:32631").to_crs("EPSG:3035")[0].coords[0]
    assert found[14, 20] == values[int((2.5e6 - y) // 500), int((x - 3.4e6) // 500)] > 0


@pytest.mark.parametrize(
    ("value", "dtype", "message"),
    [
        (-3, "int16", "has the value -3: objects have whole numbers from 1"),
        (1.5, "float32", "has the value 1.5: objects have whole"),
        (np.inf, "float32", "has the value inf: objects have"),
        (2**53, "int64", "has the value 9.0072e"),
    ],
)
def test_values_that_number_no_object_are_told(tmp_path, value, dtype, message):
    file = write_raster(tmp_path / "r.tif", np.full((30, 40), value, dtype))
    with pytest.raises(InputError, match=message):
        objects_of(tmp_path, file)


def test_rasters_that_are_no_segmentation_are_told(tmp_path):
    several = write_raster(tmp_path / "r.tif", np.ones((30, 40), np.uint8), bands=2)
    with pytest.raises(InputError, match="has 2 bands; the numbers of objects are one"):
        objects_of(tmp_path, several)
    (tmp_path / "t.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"objects\.segmentation: .*t\.tif"):
        objects_of(tmp_path, str(tmp_path / "t.tif"))
