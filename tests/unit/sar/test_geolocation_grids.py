"""The grids of points in annotations are given back: times, ranges, angles, lines and pixels.

Of made products always; of real ones in the folder that the environment variable LANDLOOM_SENTINEL1 names.
"""

import numpy as np
import pytest

from landloom.sar.calibration import NO_NOISE, Place, calibrate
from landloom.sar.geocoding import LIGHT_M_S, abeam
from landloom.sar.ground_range import nearest_ground_range
from landloom.sar.products import gains_of, points_of, scene_of, slant_ranges
from landloom.sensors.sentinel1 import annotation, tables
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene
from unit.sensors.sentinel1.test_real_products import FOLDER, IMAGES, texts, the


def misfits(read):
    """Found less annotated: range in m, time in ms, incidence in degrees, pixels, lines, plain lines."""
    grid, scene = read.grid, scene_of(read)
    timing, places = scene.timing, points_of(grid)
    times, ranges, looks = abeam(scene.orbit, places)
    centres = places / np.linalg.norm(places, axis=1, keepdims=True)
    plain = times / timing.interval - grid.lines
    late = timing.bistatic_constant + timing.bistatic_slope * 2 * ranges / LIGHT_M_S
    ground = nearest_ground_range(scene.conversion, grid.times, slant_ranges(grid))
    # Version 2.36 of the processor has no record for the last row of its grid.
    rows = grid.times < read.ground_range.times[-1] + 0.5
    return {
        "range": ranges - slant_ranges(grid),
        "time": 1e3 * (times - grid.times),
        "incidence": np.degrees(np.arccos((looks * centres).sum(axis=1))) - grid.incidence_angles,
        "pixel": (ground / timing.spacing - grid.pixels)[rows],
        "line": plain + late / timing.interval,
        "plain line": plain,
    }


def check(found, exact, is_new):
    """Hold misfits to what orbits and processors allow."""
    assert np.abs(found["range"]).max() < (1e-3 if exact else 0.01)
    if is_new:
        assert np.abs(found["time"]).max() < (0.002 if exact else 0.1)
        assert np.abs(found["plain line"]).max() < 0.25
    else:
        assert found["time"].std() < 0.02  # about an offset of up to 0.44 ms, that of the processor's orbit
    assert np.abs(found["incidence"]).max() < 1e-4
    assert np.abs(found["pixel"]).max() < 0.01
    assert np.abs(found["line"]).max() < 0.02


@pytest.mark.parametrize("scene", [Scene(), Scene(argument=136.0, lines=4000, near_range=830e3)])
def test_the_grid_of_a_made_annotation_is_given_back(scene):
    check(misfits(annotation.read(making.annotation(scene), "made")), exact=True, is_new=True)


@pytest.mark.skipif(not FOLDER, reason="LANDLOOM_SENTINEL1 names no folder with real Sentinel-1 products")
@pytest.mark.parametrize(("one", "polarisation"), IMAGES)
def test_the_grid_of_a_real_annotation_is_given_back(one, polarisation):
    (text, where), *_ = texts(one, polarisation)
    read = annotation.read(text, where)
    check(misfits(read), read.orbit.source != "Downlink", one.manifest.ipf >= (3, 0))


@pytest.mark.skipif(not FOLDER, reason="LANDLOOM_SENTINEL1 names no folder with real Sentinel-1 products")
def test_a_real_table_calibrates_as_by_hand():
    """2021-08-09, VV, line 0: 662.8682 at pixel 0, 660.4272 at 360, and their mean nearly half way between."""
    _, (text, where), _ = texts(the("_20210809T173953_"), "VV")
    table = gains_of(tables.read_calibration(text, where), "sigma")
    powers = calibrate(np.full((1, 361), 1000, np.uint16), Place(0, 0), table, NO_NOISE)
    np.testing.assert_allclose(1000 / np.sqrt(powers[0, [0, 360]]), [662.8682, 660.4272], atol=1e-3)
    np.testing.assert_allclose(1000 / np.sqrt(powers[0, 20]), table.values[0, :2].mean(), atol=1e-3)
