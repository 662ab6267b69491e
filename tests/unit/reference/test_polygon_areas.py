import geopandas as gpd
import numpy as np
from shapely.geometry import box

from landloom.geo import vectors
from landloom.reference import polygon_areas


def test_areas_and_blocks_of_polygons(tmp_path):
    lefts = [0, 100, 5000, 9000]
    frame = gpd.GeoDataFrame(
        {"polygon": [4, 5, 6, 7], "code": 1, "area_m2": [1e6, 2e6, 5e5, 1e6]},
        geometry=[box(left, 0, left + 50, 50) for left in lefts],
        crs="EPSG:6933",
    )
    vectors.write_layers(tmp_path / "reference.gpkg", {"polygons": frame})
    assert polygon_areas.areas_km2(tmp_path / "reference.gpkg") == {4: 1.0, 5: 2.0, 6: 0.5, 7: 1.0}
    polygons = np.array([4, 6, 5, 4, 7, 99, 98, 99])
    blocks = polygon_areas.blocks_of(tmp_path / "reference.gpkg", polygons, 1000)
    same = blocks[:, None] == blocks
    expected = (polygons[:, None] == polygons) | (np.isin(polygons, [4, 5])[:, None] & np.isin(polygons, [4, 5]))
    assert np.array_equal(same, expected)
