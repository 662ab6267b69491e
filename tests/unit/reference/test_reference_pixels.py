import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box, contains_xy
from shapely.geometry import Point

from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import ownership, rasters
from landloom.geo.grids import Grid, Window
from landloom.reference import cleaning, reference_pixels, train_test_split
from landloom.reference.settings import ReferenceSettings
from landloom.training_set import training_set

CLASSES = Nomenclature((LandClass(1, "1", "a", "#000000"), LandClass(2, "2", "b", "#ffffff")))
GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 1100, 60)


@pytest.fixture
def rasters_of_tile(tmp_path):
    rng = np.random.default_rng(0)
    number = rng.choice([0, 1, 2], (1100, 60)).astype(np.uint8)
    owned = ((number > 0) & (rng.random((1100, 60)) < 0.9)).astype(np.uint8)
    validity = rng.integers(0, 9, (1100, 60)).astype(np.uint16)
    for name, values in (("regions", np.stack([number, owned])), ("validity", validity[None])):
        with rasters.create(tmp_path / f"{name}.tif", GRID, str(values.dtype), {}, bands=len(values)) as file:
            file.write(values)
    return tmp_path, number, owned, validity


def test_pixels_are_those_whose_centre_lies_in_a_polygon(rasters_of_tile):
    folder, number, owned, validity = rasters_of_tile
    positions = [(300100, 4899900, 83), (300500, 4889800, 41), (300300, 4889755, 77), (309000, 4899900, 50)]
    polygons = gpd.GeoDataFrame(
        {"polygon": [11, 5, 8, 99], "code": [1, 2, 1, 3], "run0": ["train", "test", "test", "train"]},
        geometry=[Point(x, y).buffer(radius) for x, y, radius in positions],
        crs="EPSG:32631",
    )
    found = reference_pixels.find_candidates(
        polygons.to_crs("EPSG:2154"), GRID, folder / "regions.tif", folder / "validity.tif"
    )
    x, y = GRID.centres(Window(0, 0, 1100, 60))
    rows = []
    for polygon, code, role, area in polygons.itertuples(index=False):
        for row, column in np.argwhere(contains_xy(area, x, y) & (owned > 0)):
            position = (row, column, polygon, code, number[row, column], validity[row, column])
            rows.append((*position, role == "train", role == "test", False))
    expected = pd.DataFrame(rows, columns=[*reference_pixels.POSITION_COLUMNS, "run0", "test0", "held"]).sort_values(
        ["row", "column"]
    )
    assert len(expected) > 100
    np.testing.assert_array_equal(found.to_numpy(), expected.to_numpy())


def test_a_tile_without_polygons(rasters_of_tile):
    folder = rasters_of_tile[0]
    polygons = gpd.GeoDataFrame(
        {"polygon": [1], "code": [1], "run0": ["test"]}, geometry=[Point(0, 0).buffer(1)], crs="EPSG:32631"
    )
    found = reference_pixels.find_candidates(polygons, GRID, folder / "regions.tif", folder / "validity.tif")
    assert len(found) == 0
    assert tuple(found.columns) == (*reference_pixels.POSITION_COLUMNS, "run0", "test0", "held")
    assert found.run0.dtype == bool


def test_points_give_the_candidates_of_tiny_squares(rasters_of_tile, tmp_path):
    """Anywhere in their pixels, in another projection, some of them two to a pixel."""
    folder = rasters_of_tile[0]
    rng = np.random.default_rng(4)
    rows, columns = rng.integers(0, 1100, 400), rng.integers(0, 60, 400)
    x, y = (GRID.left + 10 * (columns + 0.5), GRID.top - 10 * (rows + 0.5))
    points = gpd.points_from_xy(x + rng.uniform(-4.99, 4.99, 400), y + rng.uniform(-4.99, 4.99, 400))
    tables = []
    for name, shapes in (("points", points), ("squares", box(x - 1, y - 1, x + 1, y + 1))):
        frame = gpd.GeoDataFrame({"code": rows % 2 + 1}, geometry=shapes, crs=GRID.crs)
        frame.to_crs("EPSG:4326").to_file(tmp_path / f"{name}.gpkg")
        settings = ReferenceSettings(file=str(tmp_path / f"{name}.gpkg"), field="code")
        footprints = ownership.collect_footprints({"T": GRID})
        ground = cleaning.Ground(footprints, ownership.whole_territory(footprints))
        polygons, _ = cleaning.clean(settings, 2018, CLASSES, ground)
        assigned = train_test_split.split(polygons, settings, 2, 0)
        tables.append(
            reference_pixels.find_candidates(assigned, GRID, folder / "regions.tif", folder / "validity.tif")
        )
    assert len(tables[0]) > 150
    pd.testing.assert_frame_equal(*tables)


def samples_of(tile, rows):
    table = pd.DataFrame(rows, columns=["code", "number", "run0", "f_a", "f_b"])
    other = dict.fromkeys(("row", "column", "polygon", "observations", "x", "y"), 0)
    return table.assign(tile=tile, **other).astype({"f_a": np.int16, "f_b": np.int16})


def test_training_set_of_a_region_and_run(tmp_path):
    samples_of("A", [(1, 1, True, 10, 20), (2, 1, False, 11, 21), (2, 2, True, 12, 22)]).to_parquet(tmp_path / "a.pq")
    samples_of("B", [(3, 1, True, 13, 23)]).to_parquet(tmp_path / "b.pq")
    samples = training_set.training_set([tmp_path / "b.pq", tmp_path / "a.pq"], 1, 0)
    assert samples.features.tolist() == [[10, 20], [13, 23]]
    assert samples.features.dtype == np.int16
    assert (samples.codes.tolist(), samples.names) == ([1, 3], ("f_a", "f_b"))
    with pytest.raises(InputError, match="one class"):
        training_set.training_set([tmp_path / "a.pq"], 2, 0)
    with pytest.raises(InputError, match="no training sample"):
        training_set.training_set([tmp_path / "a.pq"], 3, 0)
