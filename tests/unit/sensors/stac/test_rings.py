import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from landloom.sensors.stac import rings

RING = [(178.0, -1.0), (-179.0, -1.0), (-179.0, 1.0), (178.0, 1.0)]


def test_a_ring_across_the_meridian_is_narrow():
    assert rings.as_meant(RING) == [(178.0, -1.0), (181.0, -1.0), (181.0, 1.0), (178.0, 1.0)]
    world = [(-180.0, -60.0), (180.0, -60.0), (180.0, 60.0), (-180.0, 60.0)]
    assert rings.as_meant(world) == world
    assert rings.as_meant([]) == []


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [((170, -1, 180, 1), 4), ((-180, -1, -170, 1), 2), ((179, 0, -179.5, 5), 1.5), ((-170, -1, 170, 1), 0)],
)
def test_boxes_on_both_sides_of_the_meridian(bounds, expected):
    assert rings.area_within(rings.as_meant(RING), bounds) == pytest.approx(expected)


corners = st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 60), st.integers(1, 60))


@settings(max_examples=100, deadline=None)
@given(corners, corners, st.integers(-20, 20))
def test_areas_are_those_of_shapely(first, second, slant):
    west, south, width, height = first
    ring = [
        (west, south),
        (west + width, south),
        (west + width + slant, south + height),
        (west + slant, south + height),
    ]
    bounds = (second[0], second[1], second[0] + second[2], second[1] + second[3])
    expected = Polygon(ring).intersection(box(*bounds)).area
    assert rings.area_within(ring, bounds) == pytest.approx(expected, abs=1e-9)
