from pathlib import Path

import geopandas as gpd
import pytest
import rasterio
from shapely import Polygon, box

from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.vector_maps import areas
from landloom.vector_maps.settings import SeaSettings, ZoneSettings
from unit.vector_maps.maps import COLUMNS, GRID, ROWS

LEFT, TOP = GRID.left, GRID.top
WEST = box(LEFT - 50, TOP - 2000, LEFT + 604, TOP + 50)
EAST = box(LEFT + 604, TOP - 2000, LEFT + 1500, TOP + 50)


def layer(path: Path, **zones: object) -> str:
    """Write polygons in degrees, by their names."""
    frame = gpd.GeoDataFrame({"name": list(zones)}, geometry=list(zones.values()), crs=GRID.crs)
    frame.set_geometry(frame.segmentize(100)).to_crs("EPSG:4326").to_file(path)
    return str(path)


def settings(path: str, names: tuple[str, ...]) -> ZoneSettings:
    return ZoneSettings(file=path, field="name", names=list(names))


def test_zones_are_where_the_centres_of_pixels_are(tmp_path):
    file = layer(tmp_path / "zones.gpkg", west=WEST, east=EAST, other=box(0, 0, 1, 1))
    pixels = areas.write_zones(settings(file, ("east", "west")), GRID, tmp_path / "zones.tif", {})
    with rasterio.open(tmp_path / "zones.tif") as dataset:
        found = dataset.read(1)
    assert (found[:, :60] == 2).all()
    assert (found[:, 60:150] == 1).all()
    assert (found[:, 150:] == 0).all()
    assert pixels == {"east": ROWS * 90, "west": ROWS * 60}


def test_zones_that_overlap_are_told(tmp_path):
    wider = box(LEFT + 500, TOP - 2000, LEFT + 1500, TOP + 50)
    file = layer(tmp_path / "zones.gpkg", west=WEST, east=wider)
    with pytest.raises(InputError, match=r"vectors\.zones\.file: .*: the zones west and east overlap, as at 400505"):
        areas.write_zones(settings(file, ("west", "east")), GRID, tmp_path / "zones.tif", {})
    assert not (tmp_path / "zones.tif").exists()


def test_a_zone_without_a_pixel_is_told(tmp_path):
    file = layer(tmp_path / "zones.gpkg", west=WEST, far=box(LEFT + 9e4, TOP, LEFT + 9.1e4, TOP + 900))
    with pytest.raises(InputError, match=r"vectors\.zones\.names: far lie outside of the map"):
        areas.write_zones(settings(file, ("west", "far")), GRID, tmp_path / "zones.tif", {})


def test_a_zone_that_the_file_lacks_is_told(tmp_path):
    with pytest.raises(InputError, match=r"vectors\.zones\.names: .*north.* not in field `name`"):
        areas.write_zones(
            settings(layer(tmp_path / "zones.gpkg", west=WEST), ("north",)), GRID, tmp_path / "zones.tif", {}
        )


def test_the_sea_may_be_in_another_crs(tmp_path):
    sea = areas.sea(SeaSettings(file=layer(tmp_path / "sea.gpkg", a=WEST, b=EAST)), GRID)
    found = sea.draw(Window(0, 0, ROWS, COLUMNS))
    assert (found[:, :150] == 1).all()
    assert (found[:, 150:] == 0).all()


def test_a_sea_without_polygons_is_told(tmp_path):
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([1.0], [2.0]), crs="EPSG:4326")
    points.to_file(tmp_path / "sea.gpkg")
    with pytest.raises(InputError, match=r"vectors\.sea\.file: .* has no polygon"):
        areas.sea(SeaSettings(file=str(tmp_path / "sea.gpkg")), GRID)


def test_a_sea_across_the_180th_meridian_must_be_split_there(tmp_path):
    """As it stands, it may girdle the Earth."""
    corners = [(179.9, -17), (-179.9, -17), (-179.9, -16), (179.9, -16)]
    gpd.GeoDataFrame(geometry=[Polygon(corners)], crs="EPSG:4326").to_file(tmp_path / "sea.gpkg")
    with pytest.raises(
        InputError, match=r"vectors\.sea\.file: .* has an edge from .*179\.9 degrees.*split the polygon"
    ):
        areas.sea(SeaSettings(file=str(tmp_path / "sea.gpkg")), GRID)
