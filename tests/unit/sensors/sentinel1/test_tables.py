import re
from dataclasses import replace

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.sensors.sentinel1 import tables
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

SCENE = Scene()
OLD = replace(SCENE, ipf="002.70")
CALIBRATION, NOISE, OLD_NOISE = making.calibration(SCENE), making.noise(SCENE), making.noise(OLD)
WHERE = "product p: annotation/calibration/n.xml"


def vectors(tag, *rows):
    """Return noise in the old form: of each row a line, pixels and values."""
    inner = "".join(
        f"<noiseVector><line>{line}</line><pixel>{' '.join(map(str, pixels))}</pixel>"
        f"<noiseLut>{' '.join(map(str, values))}</noiseLut></noiseVector>"
        for line, pixels, values in rows
    )
    return f"<noise><{tag}>{inner}</{tag}></noise>"


def test_calibration():
    found = tables.read_calibration(CALIBRATION, WHERE)
    np.testing.assert_array_equal(found.lines, [0, 667, 1334, 2001])
    np.testing.assert_array_equal(found.pixels, np.tile(making.axis(SCENE), (4, 1)))
    assert found.sigma.shape == found.beta.shape == found.gamma.shape == found.pixels.shape
    assert (found.beta == 474.0).all()
    # beta sin(a), beta tan(a): the same angle by both, that of the geolocation grid at the near edge
    by_sigma = np.arcsin((found.beta / found.sigma) ** 2)
    by_gamma = np.arctan((found.beta / found.gamma) ** 2)
    np.testing.assert_allclose(by_sigma, by_gamma, atol=2e-6)
    assert np.degrees(by_sigma[0, 0]) == pytest.approx(37.337, abs=1e-3)


def test_noise_of_two_dimensions():
    found = tables.read_noise(NOISE, WHERE)
    np.testing.assert_array_equal(found.lines, [0, 700, 1400, 1999])
    assert found.values.shape == found.pixels.shape == (4, 76)
    np.testing.assert_array_equal(found.azimuth.blocks[:, 2:], [[0, 999], [1000, 1999], [2000, 2999]])
    np.testing.assert_array_equal(found.azimuth.blocks[:, :2], [[0, 1999]] * 3)
    assert found.azimuth.blocks.dtype == np.int64
    assert found.azimuth.lines.shape == found.azimuth.factors.shape == (3, 201)
    assert (abs(found.azimuth.factors - 1.07) <= 0.07).all()
    assert not found.is_zero


def test_noise_of_one_dimension():
    found = tables.read_noise(OLD_NOISE, WHERE)
    np.testing.assert_array_equal(found.values, tables.read_noise(NOISE, WHERE).values)
    assert found.azimuth.blocks.shape == (0, 4)
    assert found.azimuth.factors.shape == (0, 2)


def test_noise_that_is_zero():
    assert tables.read_noise(making.noise(OLD, level=0.0), WHERE).is_zero


def test_rows_of_different_length_are_continued():
    """Vectors of one file may have different places."""
    found = tables.read_noise(vectors("noiseVectorList", (0, [0, 40, 80], [5, 6, 7]), (9, [0, 30], [1, 2])), WHERE)
    np.testing.assert_array_equal(found.pixels, [[0, 40, 80], [0, 30, 31]])
    np.testing.assert_array_equal(found.values, [[5, 6, 7], [1, 2, 2]])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5, 6, 7, 0, 0], [5, 6, 7, 7, 7]),
        ([5, 6, 7, 0.001, 0], [5, 6, 7, 7, 7]),  # the swath ends just behind a place
        ([0, 6, 7, 8, 9], [0, 6, 7, 8, 9]),
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
        ([5, 0, 7, 8, 0], [5, 0, 7, 8, 8]),
    ],
)
def test_zeros_behind_the_swath(values, expected):
    rows = [(line, range(0, 200, 40), values) for line in (0, 9)]
    found = tables.read_noise(vectors("noiseVectorList", *rows), WHERE)
    np.testing.assert_array_equal(found.values, [expected, expected])


def test_noise_without_factors_of_lines():
    found = tables.read_noise(re.sub("<noiseAzimuthVectorList>.*</noiseAzimuthVectorList>", "", NOISE), WHERE)
    assert found.azimuth.blocks.shape == (0, 4)


@pytest.mark.parametrize(
    ("read", "text", "old", "new", "words"),
    [
        (tables.read_calibration, CALIBRATION, "<betaNought", "<beta", "not well-formed"),
        (tables.read_calibration, CALIBRATION, "gamma", "gam", r"calibrationVector\[1\]/gamma is missing"),
        (tables.read_calibration, CALIBRATION, "<line>667<", "<line>0<", "lines of 4 vectors do not increase"),
        (tables.read_calibration, CALIBRATION, "4.740000e+02", "0", r"calibrationVector\[1\]/betaNought is '0'"),
        (tables.read_calibration, CALIBRATION, "0 40 80", "0 40 30", "pixel: 76 places do not increase"),
        (tables.read_calibration, CALIBRATION, " 80 120", " 80", r"pixel holds 75 numbers, not 76"),
        (tables.read_calibration, NOISE, "", "", "is 'noise', not calibration of Sentinel-1"),
        (tables.read_noise, NOISE, "noiseRangeVectorList", "list", "noiseVectorList/noiseVector is missing"),
        (tables.read_noise, NOISE, "<lastRangeSample>999<", "<lastRangeSample>-1<", "samples 0 to -1"),
        (
            tables.read_noise,
            NOISE,
            "2.250000e+03",
            "-1",
            r"noiseRangeVector\[1\]/noiseRangeLut is '-1', not at least 0",
        ),
        (tables.read_noise, OLD_NOISE, "noiseLut", "lut", r"noiseVector\[1\]/noiseLut is missing"),
        (tables.read_noise, OLD_NOISE, "<noise>", "<!DOCTYPE noise><noise>", "declares entities"),
    ],
)
def test_wrong_tables_name_file_and_element(read, text, old, new, words):
    assert old in text
    with pytest.raises(InputError, match=rf"^product p: annotation/calibration/n\.xml: .*{words}"):
        read(text.replace(old, new), WHERE)


def test_vectors_of_unequal_places_and_values():
    text = vectors("noiseVectorList", (0, [0, 40, 80], [5, 6]), (9, [0, 30], [1, 2]))
    with pytest.raises(InputError, match=r"noiseVector\[1\]/noiseLut holds 2 values for 3 places"):
        tables.read_noise(text, WHERE)
