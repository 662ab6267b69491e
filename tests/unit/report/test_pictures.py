"""Pictures hold the maps' colours, read no more than they show, and lie where the map lies."""

import base64
import io

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.enums import Resampling
from shapely.geometry import LineString, box

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import ownership
from landloom.geo.grids import Grid
from landloom.report import overlay, pictures, wording

GRID = Grid("EPSG:32630", 500000.0, 4800000.0, 10.0, 10.0, 40, 80)
CLASSES = Nomenclature((LandClass(3, "3", "wheat", "#ff0000"), LandClass(7, "7", "water", "#0000ff")))


def write(path, values, grid=GRID):
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype=values.dtype, **grid.profile()) as dataset:
        dataset.write(values, 1)
    return path


def everywhere(grid=GRID):
    return gpd.GeoSeries([grid.outline()], crs=grid.crs)


def decoded(uri):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))).convert("RGBA"))


def test_classes_keep_their_colours(tmp_path):
    values = np.full((40, 80), 3, np.uint8)
    values[:, 40:] = 7
    values[0, 0] = 0
    picture = pictures.class_picture(write(tmp_path / "map.tif", values), CLASSES, everywhere())
    image = decoded(picture.uri)
    assert image[20, 10].tolist() == [255, 0, 0, 255]
    assert image[20, 60].tolist() == [0, 0, 255, 255]
    assert [swatch.label for swatch in picture.legend] == ["wheat", "water", "unclassified"]


def test_outside_of_the_territory_is_transparent(tmp_path):
    half = gpd.GeoSeries([box(500000, 4799600, 500400, 4800000)], crs=GRID.crs)
    image = decoded(
        pictures.class_picture(write(tmp_path / "m.tif", np.zeros((40, 80), np.uint8)), CLASSES, half).uri
    )
    assert image[20, 10, 3] == 255
    assert image[20, 60, 3] == 0


def test_large_maps_are_read_small(tmp_path):
    view = pictures.read_view(
        write(tmp_path / "m.tif", np.ones((40, 80), np.uint8)), 20, Resampling.nearest, everywhere()
    )
    assert view.values.shape == view.inside.shape == (10, 20)
    assert view.inside.all()


def test_captions_tell_the_values_of_the_map_not_those_of_its_overviews(tmp_path, monkeypatch):
    """A mean of pixels of 35 and 99 is none of them; the territory is half of the map."""
    monkeypatch.setattr(pictures, "_SAMPLE_SIDE", 64)
    monkeypatch.setattr(pictures, "_SAMPLE_WINDOWS", 8)
    monkeypatch.setattr(pictures, "_SAMPLE_PIXELS", 2000)
    grid = Grid("EPSG:32630", 500000.0, 4800000.0, 10.0, 10.0, 1000, 1500)
    values = np.random.default_rng(0).choice([35, 60, 99], (1000, 1500)).astype(np.uint8)
    values[:, 750:] = 0
    path = write(tmp_path / "m.tif", values, grid)
    west = gpd.GeoSeries([box(500000, 4790000, 507500, 4800000)], crs=grid.crs)
    assert pictures.confidence_picture(path, west).quantiles == (35, 60, 99)
    assert pictures.validity_picture(path, west).quantiles == (35, 60, 99)
    assert pictures.validity_picture(path, everywhere(grid)).quantiles[0] == 0
    sample = pictures.read_sample(path, everywhere(grid))
    assert 500 < len(sample.values) < 4000
    assert sample.inside.all()


def test_a_small_map_is_its_own_sample(tmp_path):
    values = np.arange(3200, dtype=np.uint16).reshape(40, 80)
    half = gpd.GeoSeries([box(500000, 4799600, 500400, 4800000)], crs=GRID.crs)
    sample = pictures.read_sample(write(tmp_path / "m.tif", values), half)
    np.testing.assert_array_equal(sample.values, values.ravel())
    np.testing.assert_array_equal(sample.inside.reshape(40, 80), np.tile(np.arange(80) < 40, (40, 1)))


def test_more_classes_than_a_palette_holds():
    colors = [f"#{number:06x}" for number in range(300)]
    image = decoded(pictures.embedded(np.arange(301, dtype=np.uint16).reshape(1, -1), colors))
    assert image[0, 0, 3] == 0
    assert image[0, 300].tolist() == [0, 1, 43, 255]


@pytest.mark.parametrize(("highest", "uppers"), [(0, [1]), (1, [1]), (8, list(range(1, 9))), (9, [2, 4, 6, 8, 10])])
def test_validity_steps(highest, uppers):
    assert pictures.validity_bins(highest) == uppers


def test_validity_of_nothing_seen(tmp_path):
    picture = pictures.validity_picture(write(tmp_path / "v.tif", np.zeros((40, 80), np.uint16)), everywhere())
    assert decoded(picture.uri)[20, 20].tolist() == [194, 40, 29, 255]


@pytest.mark.parametrize(
    ("grid", "unit"),
    [
        (GRID, "m"),
        (Grid("EPSG:4326", 10.0, 60.5, 0.001, 0.001, 1000, 1000), "°"),
        (Grid("EPSG:3857", 200015.0, 5700015.0, 30.0, 30.0, 48, 48), "units of its CRS (about 21.1 m on the ground)"),
    ],
)
def test_units_of_pixels(grid, unit):
    assert overlay.unit_of(grid) == unit


def test_the_place_across_the_180th_meridian_is_told():
    fiji = Grid("EPSG:32701", 150000.0, 8118300.0, 30.0, 30.0, 1000, 1500)
    footprints = ownership.collect_footprints({"T": fiji})
    found = overlay.frame(fiji, footprints, footprints, ownership.whole_territory(footprints))
    assert "; 179.71° E to 179.86° W, " in found.place
    assert found.tiles[0].path == "M0.0 0.0L1000.0 0.0L1000.0 666.7L0.0 666.7Z"


def test_scale_bar_is_as_long_as_it_says():
    fraction, label = overlay.scale_bar(GRID)
    assert label == "200 m"
    assert fraction * 800 == pytest.approx(200, rel=0.002)


def test_paths_of_polygons_and_lines():
    assert overlay.svg_path(box(0, 0, 2, 1)) == "M2.0 0.0L2.0 1.0L0.0 1.0L0.0 0.0Z"
    assert overlay.svg_path(LineString([(0, 0), (1, 2)])) == "M0.0 0.0L1.0 2.0"


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.0, "0 %"), (1.0, "100 %"), (0.00001, "< 0.01 %"), (0.0012, "0.12 %"), (0.847, "84.7 %")]
)
def test_percentages(fraction, text):
    assert wording.percent(fraction).replace("\N{NO-BREAK SPACE}", " ") == text
