import geopandas as gpd
import numpy as np
import pytest
import rasterio
from shapely.geometry import box

from landloom.core.errors import InputError
from landloom.geo import grids, ground, ownership, vectors
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
        leads[tile] = np.where(ground.depth_m(grid, grid.crs, own_x, own_y) > 0, lead, -np.inf)
    return leads


def test_every_ground_point_belongs_to_exactly_one_tile(footprints):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(737000, 744000, 20000), rng.uniform(4872000, 4882000, 20000)
    owners = sum((lead > 0).astype(int) for lead in leads_at(footprints, "EPSG:32630", x, y).values())
    inside = np.any([ground.depth_m(grid, "EPSG:32630", x, y) > 0 for grid in TILES.values()], axis=0)
    assert inside.sum() > 5000
    np.testing.assert_array_equal(owners, inside.astype(int))


def test_the_deepest_tile_owns(footprints):
    x, y = WEST.centres(Window(0, 0, 200, 200))
    lead = ownership.lead_m("WEST", WEST, ownership.neighbours(footprints, "WEST"), x, y)
    own = ground.depth_m(WEST, WEST.crs, x, y)
    others = [ground.depth_m(EAST, WEST.crs, x, y), ground.depth_m(NORTH, WEST.crs, x, y)]
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


FIJI = Grid("EPSG:32701", 176000.0, 8118300.0, 30.0, 30.0, 200, 300)
_WEST_X, _WEST_Y = grids.transformer("EPSG:32701", "EPSG:32760").transform(FIJI.left - 5000, FIJI.top + 1500)
WEST_OF_180 = Grid("EPSG:32760", round(_WEST_X), round(_WEST_Y), 30.0, 30.0, 240, 320)
POLAR = Grid("EPSG:3031", -12000.0, 9000.0, 100.0, 100.0, 150, 200)
BESIDE_POLAR = Grid("EPSG:3031", 2000.0, 12000.0, 100.0, 100.0, 200, 200)
DEGREES = Grid("EPSG:4326", -0.02, 44.03, 2e-4, 2e-4, 220, 260)
MERCATOR = Grid("EPSG:3857", 1000.0, 5467000.0, 25.0, 25.0, 210, 220)
METRES = Grid("EPSG:32631", 259500.0, 4878500.0, 20.0, 20.0, 200, 250)


@pytest.mark.parametrize(
    "tiles",
    [
        {"A": FIJI, "B": WEST_OF_180},
        {"A": POLAR, "B": BESIDE_POLAR},
        {"A": DEGREES, "B": MERCATOR, "C": METRES},
    ],
    ids=["180", "pole", "units"],
)
def test_tiles_share_the_ground_in_any_crs(tmp_path, tiles):
    """Every pixel is in the region of all, none is lost or owned twice, and owners have margins around them."""
    footprints = ownership.collect_footprints(tiles)
    regions = ownership.whole_territory(footprints)
    ownership.check_meetings(footprints, regions)
    vectors.write_layers(tmp_path / "t.gpkg", {"footprints": footprints, "regions": regions})
    everything = list(tiles.items())
    for tile, grid in everything:
        assert set(ownership.neighbours(footprints, tile)) == set(tiles) - {tile}
        ownership.write_tile_regions(tmp_path / "t.gpkg", tile, tmp_path / f"{tile}.tif", {})
        with rasterio.open(tmp_path / f"{tile}.tif") as dataset:
            number, owned = dataset.read()
        x, y = grid.centres(Window(0, 0, grid.rows, grid.columns))
        depths = [ground.depth_m(other, grid.crs, x, y) for _, other in everything]
        own = [name for name, _ in everything].index(tile)
        best = np.max(depths, axis=0)
        unsure = np.sort(depths, axis=0)[-2] > best - 1e-3
        np.testing.assert_array_equal((owned > 0)[~unsure], (depths[own] == best)[~unsure])
        assert 100 < (owned > 0).sum() < owned.size
        # The margin: at least three pixels wide towards its neighbours, and not much more.
        lead = np.min([depths[own] - other for place, other in enumerate(depths) if place != own], axis=0)
        wide, narrow = 3.05 * max(ground.pixel_m(grid)), 2.95 * max(ground.pixel_m(grid))
        assert (number[lead > -narrow] == 1).all()
        assert (number[lead < -wide] == 0).all()


def test_regions_that_girdle_the_earth_are_refused(tmp_path):
    settings = RegionSettings(file=str(tmp_path / "r.gpkg"), field="eco", names=["w"])
    for shape, refused in ((box(-179, -20, 179, -10), True), (box(-180, -20, 180, -10), False)):
        gpd.GeoDataFrame({"eco": ["w"]}, geometry=[shape], crs="EPSG:4326").to_file(tmp_path / "r.gpkg")
        if refused:
            with pytest.raises(InputError, match=r"w has an edge from 179 to -179 degrees.*split the polygon there"):
                ownership.read_regions(settings)
        else:
            assert ownership.read_regions(settings).geometry[0].equals(shape)


def test_owned_areas_lie_on_both_sides_of_the_meridian():
    tiles = {"A": FIJI, "B": WEST_OF_180}
    footprints = ownership.collect_footprints(tiles)
    owned = ownership.owned_areas(footprints)
    assert footprints.is_valid.all()
    assert owned.is_valid.all()
    for areas in (footprints, owned):
        assert areas.total_bounds[[0, 2]].tolist() == [-180, 180]
        assert areas.to_crs("EPSG:6933").area.sum() < 2 * 200 * 300 * 900 + 240 * 320 * 900
    assert owned.to_crs("EPSG:32701").area.sum() == pytest.approx(
        footprints.to_crs("EPSG:32701").union_all().area, rel=0.01
    )


@pytest.mark.parametrize("longitudes", ["-180 to 180", "0 to 360", "another CRS"])
def test_regions_across_the_meridian(tmp_path, longitudes):
    areas = {
        "-180 to 180": (
            [box(179, -20, 180, -10).union(box(-180, -20, -179.9998, -10)), box(-179.9998, -20, -179, -10)]
        ),
        "0 to 360": [box(179, -20, 180.0002, -10), box(180.0002, -20, 181, -10)],
    }
    crs = "EPSG:4326"
    shapes = areas.get(longitudes)
    if shapes is None:
        x = grids.transformer("EPSG:4326", "EPSG:3832").transform(-179.9998, -17)[0]
        shapes, crs = [box(x - 1e5, -3e6, x, -1e6), box(x, -3e6, x + 1e5, -1e6)], "EPSG:3832"
    gpd.GeoDataFrame({"eco": ["w", "e"]}, geometry=shapes, crs=crs).to_file(tmp_path / "r.gpkg")
    regions = ownership.read_regions(RegionSettings(file=str(tmp_path / "r.gpkg"), field="eco", names=["w", "e"]))
    footprints = ownership.collect_footprints({"A": FIJI})
    ownership.check_meetings(footprints, regions)
    found = ownership.draw_regions(
        ownership.project_regions(regions, FIJI), FIJI, Window(0, 0, FIJI.rows, FIJI.columns), "uint8"
    )
    x, y = FIJI.centres(Window(0, 0, FIJI.rows, FIJI.columns))
    longitude = grids.transformer(FIJI.crs, "EPSG:4326").transform(x, y)[0] % 360
    away = np.abs(longitude - 180.0002) > 1e-5
    np.testing.assert_array_equal(found[away], np.where(longitude < 180.0002, 1, 2)[away])
