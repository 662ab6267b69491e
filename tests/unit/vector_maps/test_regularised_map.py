import geopandas as gpd
import numpy as np
import pytest
import rasterio
from shapely import box

from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.vector_maps import minimum_unit, regularised_map
from landloom.vector_maps.class_ranks import ClassRanks
from landloom.vector_maps.regularised_map import Work
from landloom.vector_maps.settings import VectorSettings
from unit.vector_maps.made import noisy
from unit.vector_maps.maps import CLASSES, CODES, COLUMNS, GRID, ROWS, write
from unit.vector_maps.test_minimum_unit import units


@pytest.fixture
def made(tmp_path):
    """A map, and its ranks."""
    ranks = noisy(ROWS, COLUMNS)
    return write(tmp_path / "map.tif", CODES[ranks]), ranks


def regularised(path, **settings):
    work = Work.of(path, CLASSES, VectorSettings(**settings))
    target = path.with_name("regularised.tif")
    numbers = regularised_map.write(work, CLASSES, target, {"A": "b"})
    with rasterio.open(target) as dataset:
        told = dataset.profile | {"tags": dataset.tags()}
        return ClassRanks.of(CLASSES.codes).ranks[dataset.read(1)], numbers, told


def test_a_map_is_regularised_in_windows(made, monkeypatch):
    path, ranks = made
    monkeypatch.setattr(regularised_map, "side_of", lambda times: 64)
    found, numbers, told = regularised(path, minimum_m2=1000)
    np.testing.assert_array_equal(found, minimum_unit.apply(ranks, units(4, 10)))
    assert numbers == {"classified": (ranks > 0).sum(), "changed": (found != ranks).sum(), "least_pixels": 10}
    assert told["tags"]["A"] == "b"
    assert told["blockxsize"] == 512


def test_larger_pixels(made):
    path, _ = made
    found, _, told = regularised(path, resolution_m=30, minimum_m2=None)
    transform = told["transform"]
    assert (transform.a, transform.e) == (30.0, -30.0)
    assert transform.c % 30 == transform.f % 30 == 0
    assert found.shape == (ROWS // 3, COLUMNS // 3 + 1)


def test_the_sea_is_left_out_all_of_it_or_some_classes(made, tmp_path):
    path, ranks = made
    sea = box(GRID.left, GRID.top - 1e4, GRID.left + 500, GRID.top)
    gpd.GeoDataFrame(geometry=[sea], crs=GRID.crs).to_file(tmp_path / "sea.gpkg")
    file = str(tmp_path / "sea.gpkg")
    found, _, _ = regularised(path, sea={"file": file}, minimum_m2=None)
    assert (found[:, :50] == 0).all()
    np.testing.assert_array_equal(found[:, 50:], ranks[:, 50:])
    found, _, _ = regularised(path, sea={"file": file, "labels": ["7"]}, minimum_m2=None)
    np.testing.assert_array_equal(found[:, :50], np.where(ranks[:, :50] == 3, 0, ranks[:, :50]))
    with pytest.raises(InputError, match=r"vectors\.sea\.labels: .*9.* not in the nomenclature"):
        regularised(path, sea={"file": file, "labels": ["9"]})


def test_maps_that_cannot_be_used_are_told(made, tmp_path):
    path, ranks = made
    with pytest.raises(InputError, match=r"vectors\.resolution_m: 25 m is no multiple .*, 10 m x 10 m"):
        regularised(path, resolution_m=25)
    empty = write(tmp_path / "empty.tif", np.zeros_like(CODES[ranks]))
    with pytest.raises(InputError, match=r"vectors\.map: .*empty\.tif has no pixel with a class"):
        regularised(empty)
    layers = tmp_path / "layers.tif"
    with rasters.create(layers, GRID, "uint8", {}, bands=2) as dataset:
        dataset.write(np.ones((2, ROWS, COLUMNS), np.uint8))
    with pytest.raises(InputError, match=r"vectors\.map: .*layers\.tif has 2 bands; a map of classes has one"):
        regularised(layers)
    placeless = tmp_path / "placeless.tif"
    options = {"driver": "GTiff", "height": 5, "width": 5, "count": 1, "dtype": "uint8"}
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning), rasterio.open(placeless, "w", **options) as dataset:
        dataset.write(np.ones((5, 5), np.uint8), 1)
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        pytest.raises(InputError, match=r"vectors\.map: .*placeless\.tif has no coordinate reference system"),
    ):
        regularised(placeless)


def test_a_unit_as_large_as_the_map_leaves_one_class(made):
    path, ranks = made
    found, _, _ = regularised(path, minimum_m2=100.0 * ROWS * COLUMNS)
    assert len(np.unique(found[ranks > 0])) == 1
