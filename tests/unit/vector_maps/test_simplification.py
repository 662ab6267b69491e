import numpy as np
import pytest
import shapely

from landloom.core.errors import InputError
from landloom.vector_maps import minimum_unit, patches, simplification, tracing
from landloom.vector_maps.simplification import Generalisation
from unit.vector_maps.made import noisy
from unit.vector_maps.test_minimum_unit import units

SIZE = 90, 80


@pytest.fixture(scope="module")
def coverage() -> np.ndarray:
    values = minimum_unit.apply(noisy(SIZE[1], SIZE[0], nothing=0.0), units(4, 8))
    numbers, *_ = patches.label(values)
    return tracing.polygons(tracing.outlines(np.pad(numbers, 1, constant_values=-1)))


@pytest.mark.parametrize(("tolerance", "rounds"), [(0.0, 0), (1.0, 0), (1.0, 1), (2.0, 2)])
def test_borders_stay_shared(coverage, tolerance, rounds):
    found = simplification.generalise(coverage, SIZE, Generalisation(tolerance, rounds))
    assert len(found) == len(coverage)
    assert shapely.is_valid(found).all()
    assert shapely.coverage_is_valid(found)
    assert shapely.area(found).sum() == pytest.approx(SIZE[0] * SIZE[1])
    assert shapely.union_all(found).equals(shapely.box(0, 0, *SIZE))
    xy = shapely.get_coordinates(found) * simplification.FINENESS
    np.testing.assert_array_equal(xy, np.rint(xy))


def test_smoothing_makes_corners_blunt(coverage):
    simple = simplification.generalise(coverage, SIZE, Generalisation(1.0, 0))
    smooth = simplification.generalise(coverage, SIZE, Generalisation(1.0, 1))
    assert shapely.get_num_coordinates(smooth).sum() > 1.3 * shapely.get_num_coordinates(simple).sum()
    assert shapely.length(smooth).sum() < shapely.length(simple).sum()


def test_corners_are_left_where_cutting_would_break_the_coverage(coverage, monkeypatch):
    """Told that some polygons are invalid, all of their corners stay as they were."""
    simple = simplification.generalise(coverage, SIZE, Generalisation(1.0, 0))
    right, calls = shapely.coverage_invalid_edges, []

    def odd_at_first(polygons):
        calls.append(1)
        found = right(polygons)
        if len(calls) == 1:
            found[5] = shapely.LineString([(0, 0), (1, 1)])
        return found

    monkeypatch.setattr(shapely, "coverage_invalid_edges", odd_at_first)
    found = simplification.smoothed(simple, SIZE, 1)
    assert len(calls) == 2
    assert found[5].equals(simple[5])
    assert shapely.coverage_is_valid(found)


def test_smoothing_that_never_gets_valid_is_given_up(coverage, monkeypatch):
    bad = np.full(len(coverage), shapely.LineString([(0, 0), (1, 1)]))
    monkeypatch.setattr(shapely, "coverage_invalid_edges", lambda polygons: bad)
    assert simplification.smoothed(coverage, SIZE, 1) is coverage


def test_an_old_geos_is_told():
    with pytest.raises(InputError, match=r"needs GEOS 3\.12 or newer, and shapely has 3\.11\.4"):
        simplification.check_geos((3, 11, 4))
    simplification.check_geos()
