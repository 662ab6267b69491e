"""The grids of points in real annotations are given back: times, ranges, angles, lines and pixels."""

import numpy as np
import pytest

from landloom.sar.calibration import NO_NOISE, Place, Table, calibrate
from landloom.sar.geocoding import LIGHT_M_S, abeam, with_bistatic_rest
from landloom.sar.ground_range import nearest_ground_range
from landloom.sar.nodes import on_ellipsoid, upwards
from unit.sar import annotations
from unit.sar.annotations import VARIABLE

REAL = annotations.folder() is not None
pytestmark = pytest.mark.skipif(not REAL, reason=f"{VARIABLE} names no folder of real Sentinel-1 products")


def misfits(real):
    """Found less annotated: range in m, time in ms, incidence in degrees, pixels, lines, plain lines."""
    points = real.points
    normals = upwards(points.longitudes, points.latitudes)
    places = on_ellipsoid(normals) + points.heights[:, None] * normals
    times, ranges, looks = abeam(real.scene.orbit, places)
    centres = places / np.linalg.norm(places, axis=1, keepdims=True)
    timing = with_bistatic_rest(real.scene.timing, times, ranges, points.lines)
    plain = (times - timing.start) / timing.interval - points.lines
    late = timing.bistatic_constant + timing.bistatic_slope * 2 * ranges / LIGHT_M_S
    ground = nearest_ground_range(real.scene.conversion, points.times, points.ranges)
    # In IPF 2.36, the last record is 0.67 s before the last line, and the last row of the grid follows another.
    use = points.lines < points.lines.max() if real.version.startswith("002.3") else points.lines >= 0
    return {
        "range": ranges - points.ranges,
        "time": 1e3 * (times - points.times),
        "incidence": np.degrees(np.arccos((looks * centres).sum(axis=1))) - points.incidences,
        "pixel": (ground / timing.spacing - points.pixels)[use],
        "line": plain + late / timing.interval,
        "line without the rest": plain,
    }


@pytest.mark.parametrize("real", annotations.annotations() if REAL else [], ids=lambda real: real.name[-60:])
def test_the_grid_is_given_back(real):
    found = misfits(real)
    exact = real.orbit_source != "Downlink"
    assert np.abs(found["range"]).max() < (1e-3 if exact else 0.01)
    if real.version.startswith("003"):
        assert np.abs(found["time"]).max() < (0.002 if exact else 0.1)
        assert np.abs(found["line without the rest"]).max() < 0.25
    else:
        assert found["time"].std() < 0.02  # about an offset of up to 0.44 ms, that of the processor's orbit
    assert np.abs(found["incidence"]).max() < 1e-4
    assert np.abs(found["pixel"]).max() < 0.01
    assert np.abs(found["line"]).max() < 0.02


def test_beta_is_one_number_and_the_others_follow_from_an_angle():
    """sigma = beta sin(a), gamma = beta tan(a); by hand of 2021-08-09: 662.8682 at line and pixel 0."""
    seen = annotations.calibrations()
    assert seen
    for name, root in seen:
        vectors = root.findall("calibrationVectorList/calibrationVector")
        lines = np.array([float(one.findtext("line")) for one in vectors])
        tables = {
            kind: Table(
                lines, *([np.array(v.findtext(part).split(), float) for v in vectors] for part in ("pixel", kind))
            )
            for kind in ("sigmaNought", "betaNought", "gamma")
        }
        sigma, beta, gamma = (np.concatenate(table.values) for table in tables.values())
        assert np.ptp(beta) == 0
        # Powers are divided by the squares: sin(a) = beta^2 / sigma^2, tan(a) = beta^2 / gamma^2.
        sine, tangent = (beta / sigma) ** 2, (beta / gamma) ** 2
        np.testing.assert_allclose(np.degrees(np.arcsin(sine)), np.degrees(np.arctan(tangent)), atol=2e-4)
        if "vv-20210809t173953" in name:
            powers = calibrate(np.full((1, 361), 1000, np.uint16), Place(0, 0), tables["sigmaNought"], NO_NOISE)
            np.testing.assert_allclose(1000 / np.sqrt(powers[0, [0, 360]]), [662.8682, 660.4272], atol=1e-3)
