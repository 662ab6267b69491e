import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import MultiPoint

from landloom.geo import ownership
from landloom.geo.grids import Grid, Window, transformer
from landloom.reference import points as point_pixels

WEST = Grid("EPSG:32630", 700000.0, 4880000.0, 10.0, 10.0, 300, 300)
_x, _y = transformer("EPSG:32630", "EPSG:32631").transform(701500.0, 4880000.0)
EAST = Grid("EPSG:32631", round(_x), round(_y), 10.0, 10.0, 300, 300)
TILES = {"W": WEST, "E": EAST}
FOOTPRINTS = ownership.collect_footprints(TILES)


def owned(tile):
    """Which pixels a tile owns, as regions.tif tells it."""
    grid = TILES[tile]
    others = {name: other for name, other in TILES.items() if name != tile}
    return ownership.lead_m(tile, grid, others, *grid.centres(Window(0, 0, grid.rows, grid.columns))) > 0


def test_each_point_has_the_pixel_of_the_tile_that_owns_it():
    """Against all pixels of both tiles, one by one, in a third projection."""
    rng = np.random.default_rng(2)
    x, y = rng.uniform(700100, 704000, 800), rng.uniform(4877300, 4879900, 800)
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs="EPSG:32630").to_crs("EPSG:3035")
    found, whole = point_pixels.squares(points, FOOTPRINTS)
    owners = np.zeros(800, int)
    for tile, grid in TILES.items():
        local, mine = points.to_crs(grid.crs), owned(tile)
        columns = np.floor((local.x - grid.left) / 10).astype(int).values
        rows = np.floor((grid.top - local.y) / 10).astype(int).values
        inside = np.flatnonzero((rows >= 0) & (rows < 300) & (columns >= 0) & (columns < 300))
        inside = inside[mine[rows[inside], columns[inside]]]
        owners[inside] += 1
        left, top = grid.left + 10 * columns[inside], grid.top - 10 * rows[inside]
        squares = gpd.GeoSeries(shapely.box(left, top - 10, left + 10, top), crs=grid.crs).to_crs("EPSG:3035")
        apart = shapely.distance(squares.centroid.values, found.iloc[inside].centroid.values)
        assert len(inside) > 100
        assert (apart[owners[inside] == 1] < 1e-3).mean() > 0.99  # a few have an owner in each tile
    assert whole.tolist() == (owners > 0).tolist()
    assert found.is_empty.tolist() == (owners == 0).tolist()
    assert 0 < (owners == 0).sum() < 400


def test_points_of_one_pixel_have_one_square():
    points = gpd.GeoSeries(gpd.points_from_xy([700101, 700109], [4879991, 4879999]), crs="EPSG:32630")
    squares, _ = point_pixels.squares(points.to_crs("EPSG:4326"), FOOTPRINTS)
    assert squares.iloc[0].wkb == squares.iloc[1].wkb


def test_a_multipoint_has_all_its_pixels_and_tells_if_one_lacks():
    shapes = [MultiPoint([(700105, 4879995), (700205, 4879995)]), MultiPoint([(700105, 4879995), (600000, 4879995)])]
    squares, whole = point_pixels.squares(gpd.GeoSeries(shapes, crs="EPSG:32630"), FOOTPRINTS)
    assert squares.area.round().tolist() == [200, 100]
    assert whole.tolist() == [True, False]
