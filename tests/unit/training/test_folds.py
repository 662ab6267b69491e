import geopandas
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from landloom.models.settings import SearchSettings
from landloom.models.training_data import TrainingSet
from landloom.reference import polygon_areas
from landloom.training import folds


@settings(max_examples=60, deadline=None)
@given(
    polygon_of_sample=st.lists(st.integers(0, 15), min_size=2, max_size=80),
    count=st.integers(2, 6),
    seed=st.integers(0, 99),
)
def test_polygons_stay_whole_and_no_fold_holds_a_whole_class(polygon_of_sample, count, seed):
    polygons = np.array(polygon_of_sample)
    codes = polygons % 3 + 1
    fold = folds.of_polygons(codes, polygons, count, seed)
    assert ((fold >= 0) & (fold < count)).all()
    for code in set(codes.tolist()):
        of_class = codes == code
        if np.count_nonzero(of_class) > 1:
            assert len(set(fold[of_class])) > 1
        several = len(set(polygons[of_class])) > 1
        for polygon in set(polygons[of_class]) if several else ():
            assert len(set(fold[polygons == polygon])) == 1


def test_folds_are_even_and_repeat_themselves():
    random = np.random.default_rng(1)
    polygons = random.integers(0, 200, 5000)
    codes = polygons % 4
    fold = folds.of_polygons(codes, polygons, 5, 7)
    assert np.array_equal(fold, folds.of_polygons(codes, polygons, 5, 7))
    for code in range(4):
        fractions = np.bincount(fold[codes == code], minlength=5) / np.count_nonzero(codes == code)
        assert abs(fractions - 0.2).max() < 0.03


def test_blocks_stay_whole():
    random = np.random.default_rng(2)
    blocks = random.integers(0, 12, 600)
    fold = folds.of_blocks(random.integers(1, 4, 600), blocks, 5, 3)
    assert set(fold) == set(range(5))
    assert all(len(set(fold[blocks == block])) == 1 for block in range(12))
    assert set(folds.of_blocks(np.ones(4, int), np.array([1, 1, 2, 2]), 5, 3)) == {0, 1}


def test_folds_of_a_search_keep_polygons_or_blocks_of_ground(tmp_path):
    random = np.random.default_rng(3)
    polygons = random.integers(0, 40, 400)
    samples = TrainingSet(np.zeros((400, 1), np.int16), (polygons % 2 + 1).astype(np.int32), polygons, ("a",))
    by_polygon = folds.of_search(samples, SearchSettings(grid={"a": [1]}, folds=4), tmp_path / "none.gpkg", 9)
    assert np.array_equal(by_polygon, folds.of_polygons(samples.codes, polygons, 4, 9))
    squares = [box(x, 45, x + 0.01, 45.01) for x in (polygon // 10 + 0.001 * polygon for polygon in range(40))]
    frame = geopandas.GeoDataFrame({"polygon": range(40)}, geometry=squares, crs=4326)
    frame.to_file(tmp_path / "reference.gpkg", layer="polygons")
    search = SearchSettings(grid={"a": [1]}, folds=4, groups="block", block_m=50_000.0)
    by_block = folds.of_search(samples, search, tmp_path / "reference.gpkg", 9)
    blocks = polygon_areas.blocks_of(tmp_path / "reference.gpkg", polygons, 50_000.0)
    assert np.array_equal(by_block, folds.of_blocks(samples.codes, blocks, 4, 9))
    assert len(set(zip(blocks, by_block, strict=True))) == len(set(blocks)) > 2
