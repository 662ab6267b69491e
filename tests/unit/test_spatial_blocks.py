"""Blocks of ground."""

import geopandas as gpd
import numpy as np
from shapely.geometry import box

from landloom import spatial_blocks


def polygons(corners: list[tuple[float, float]], crs: str = spatial_blocks.EQUAL_AREA) -> gpd.GeoDataFrame:
    shapes = [box(x, y, x + 10, y + 10) for x, y in corners]
    return gpd.GeoDataFrame({"polygon": range(7, 7 + len(shapes))}, geometry=shapes, crs=crs)


def test_neighbours_share_a_block_and_others_do_not():
    found = spatial_blocks.of_polygons(polygons([(0, 0), (900, 900), (1000, 0), (0, 1000), (-20, 0)]), 1000)
    assert found.index.tolist() == [7, 8, 9, 10, 11]
    assert found[7] == found[8]
    assert found.nunique() == 4


def test_as_a_naive_loop_says():
    random = np.random.default_rng(3)
    places = polygons(list(zip(random.uniform(-5e5, 5e5, 200), random.uniform(4e6, 5e6, 200), strict=True)))
    found = spatial_blocks.of_polygons(places, 20_000)
    cells = {}
    for polygon, shape in zip(places.polygon, places.geometry, strict=True):
        point = shape.representative_point()
        cells.setdefault((point.x // 20_000, point.y // 20_000), set()).add(found[polygon])
    assert all(len(blocks) == 1 for blocks in cells.values())
    assert len(cells) == found.nunique()


def test_the_projection_of_the_polygons_does_not_count():
    places = polygons([(0, 4_900_000), (3000, 4_900_000), (200_000, 4_950_000)])
    same = spatial_blocks.of_polygons(places.to_crs("EPSG:32631"), 5000)
    assert same.tolist() == spatial_blocks.of_polygons(places, 5000).tolist()
