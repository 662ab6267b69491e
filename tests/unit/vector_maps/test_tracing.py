import numpy as np
import pytest
import rasterio.features
import shapely

from landloom.vector_maps import patches, tracing
from unit.vector_maps.made import noisy


def polygons_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the polygons of all patches, and the sizes of these."""
    numbers, _, size, _ = patches.label(values)
    return tracing.polygons(tracing.outlines(np.pad(numbers, 1, constant_values=-1))), size


@pytest.mark.parametrize("seed", range(4))
def test_polygons_are_a_coverage_with_the_area_of_their_pixels(seed):
    values = noisy(60, 70, seed=seed)
    found, size = polygons_of(values)
    assert shapely.is_valid(found).all()
    assert shapely.coverage_is_valid(found)
    np.testing.assert_array_equal(shapely.area(found), size)
    assert shapely.union_all(found).equals(shapely.box(0, 0, 70, 60))


def test_polygons_are_those_of_another_program():
    values = noisy(60, 70, seed=9)
    found, _ = polygons_of(values)
    others = [shapely.geometry.shape(one) for one, _ in rasterio.features.shapes(values, connectivity=4)]
    own, theirs = (sorted(shapely.to_wkt(shapely.normalize(shapely.simplify(part, 0)))) for part in (found, others))
    assert own == theirs


def test_a_ring_that_touches_itself_has_a_hole_instead():
    values = np.array([[1, 1, 1], [1, 2, 1], [1, 1, 3]], np.int32)
    found, size = polygons_of(values)
    assert shapely.is_valid(found).all()
    assert shapely.get_num_interior_rings(found).tolist() == [1, 0, 0]
    np.testing.assert_array_equal(shapely.area(found), size)


def test_corners_are_kept_where_a_neighbours_border_ends():
    found, _ = polygons_of(np.array([[1, 1], [2, 3]], np.int32))
    assert [1.0, 1.0] in shapely.get_coordinates(found[0]).tolist()
    alone = np.array([[-1, -1, -1, -1], [-1, 0, 0, -1], [-1, 0, 0, -1], [-1, -2, -3, -1]], np.int32)
    (square,) = tracing.polygons(tracing.outlines(alone))
    assert sorted(shapely.get_coordinates(square).tolist()) == [[0, 0], [0, 0], [0, 2], [1, 2], [2, 0], [2, 2]]


def test_an_array_without_patches_has_no_polygons():
    assert len(tracing.polygons(tracing.outlines(np.full((4, 5), -1, np.int32)))) == 0
