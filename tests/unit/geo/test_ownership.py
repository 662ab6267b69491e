import geopandas as gpd
import numpy as np
import pytest
import rasterio
from shapely.geometry import box

from landloom.core.errors import InputError
from landloom.geo import grids, ownership, vectors
from landloom.geo.grids import Grid, Window
from landloom.geo.region_settings import RegionSettings

WEST = Grid("EPSG:32630", 738000.0, 4878000.0, 20.0, 20.0, 200, 200)
EAST = Grid("EPSG:32631", 259500.0, 4878000.0, 20.0, 20.0, 200, 200)
NORTH = Grid("EPSG:32631", 258600.0, 4880500.0, 20.0, 20.0, 200, 200)
TILES = {"WEST": WEST, "EAST": EAST, "NORTH": NORTH}


@pytest.fixture
def footprints():
    return ownership.collect_footprints(TILES)


def leads_at(footprints, crs, x, y):
    """The lead of every tile at the same ground points; minus infinity outside of a tile."""
    leads = {}
    for tile, grid in TILES.items():
        own_x, own_y = grids.transformer(crs, grid.crs).transform(x, y)
        lead = ownership.lead_m(tile, grid, ownership.neighbours(footprints, tile), own_x, own_y)
        leads[tile] = np.where(grids.depth_m(grid, grid.crs, own_x, own_y) > 0, lead, -np.inf)
    return leads


def test_every_ground_point_belongs_to_exactly_one_tile(footprints):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(737000, 744000, 20000), rng.uniform(4872000, 4882000, 20000)
    owners = sum((lead > 0).astype(int) for lead in leads_at(footprints, "EPSG:32630", x, y).values())
    inside = np.any([grids.depth_m(grid, "EPSG:32630", x, y) > 0 for grid in TILES.values()], axis=0)
    assert inside.sum() > 5000
    np.testing.assert_array_equal(owners, inside.astype(int))


def test_the_deepest_tile_owns(footprints):
    x, y = WEST.centres(Window(0, 0, 200, 200))
    lead = ownership.lead_m("WEST", WEST, ownership.neighbours(footprints, "WEST"), x, y)
    own = grids.depth_m(WEST, WEST.crs, x, y)
    others = [grids.depth_m(EAST, WEST.crs, x, y), grids.depth_m(NORTH, WEST.crs, x, y)]
    np.testing.assert_array_equal(lead > 0, own > np.maximum(*others))


def test_ties_go_to_the_first_name():
    twins = {"A": WEST, "B": WEST}
    x, y = WEST.centres(Window(90, 90, 3, 3))
    assert (ownership.lead_m("A", WEST, {"B": WEST}, x, y) > 0).all()
    assert (ownership.lead_m("B", twins["B"], {"A": WEST}, x, y) < 0).all()


def regions_file(path, west="Alps, north", east="Côte"):
    areas = [box(-1, 43, 0.0, 45), box(0.0, 43, 1, 45)]
    frame = gpd.GeoDataFrame({"eco": [west, east]}, geometry=areas, crs="EPSG:4326")
    frame.to_file(path)
    return frame


def test_regions_of_a_tile(tmp_path, footprints):
    regions_file(tmp_path / "r.gpkg")
    settings = RegionSettings(file=str(tmp_path / "r.gpkg"), field="eco", names=["Côte", "Alps, north"])
    regions = ownership.read_regions(settings)
    assert regions.region.tolist() == ["cote", "alps-north"]
    layers = {"footprints": footprints, "regions": regions}
    vectors.write_layers(tmp_path / "t.gpkg", layers)
    ownership.write_tile_regions(tmp_path / "t.gpkg", "WEST", tmp_path / "regions.tif", {})
    with rasterio.open(tmp_path / "regions.tif") as dataset:
        number, owned = dataset.read()
    longitude, _ = grids.transformer(WEST.crs, "EPSG:4326").transform(*WEST.centres(Window(0, 0, 200, 200)))
    expected = np.where(longitude < 0, 2, 1)
    assert set(np.unique(number)) == {0, 1, 2}
    away = np.abs(longitude) > 1e-5
    np.testing.assert_array_equal(number[(number > 0) & away], expected[(number > 0) & away])
    assert ((owned > 0) <= (number > 0)).all()
    margin = (number > 0) & (owned == 0)
    assert 0 < margin.sum() < 5 * 200 * 4


def test_unknown_region_name(tmp_path):
    regions_file(tmp_path / "r.gpkg")
    settings = RegionSettings(file=str(tmp_path / "r.gpkg"), field="eco", names=["Cote d'Azur"])
    with pytest.raises(InputError, match=r"regions.names: .*Cote d'Azur.*Alps, north"):
        ownership.read_regions(settings)


def test_meetings(footprints):
    far = gpd.GeoDataFrame(
        {"number": [1], "region": ["far"], "name": ["far"]}, geometry=[box(9, 9, 10, 10)], crs=4326
    )
    with pytest.raises(InputError) as caught:
        ownership.check_meetings(footprints, far)
    assert "region far: intersects no tile" in str(caught.value)
    assert "tile EAST: intersects no region" in str(caught.value)


def test_owned_areas_share_the_footprints(footprints):
    owned = ownership.owned_areas(footprints).to_crs("EPSG:2154")
    together = footprints.to_crs("EPSG:2154").union_all().area
    assert owned.area.sum() == pytest.approx(together, rel=0.01)


def test_geopackages_are_reproducible(tmp_path, footprints):
    for name in ("a.gpkg", "b.gpkg"):
        vectors.write_layers(tmp_path / name, {"footprints": footprints})
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
