import contextlib
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.polynomial import polyval

from landloom.core.errors import InputError
from landloom.sensors.sentinel1 import annotation, manifest, tables
from unit.sensors.sentinel1 import made_orbit, making
from unit.sensors.sentinel1.made_orbit import SPEED_OF_LIGHT, TO_DEGREES, Scene

SCENE = Scene()
TEXT = making.annotation(SCENE)
WHERE = "product p: annotation/a.xml"


@pytest.fixture(scope="module")
def read():
    return annotation.read(TEXT, WHERE)


def test_timing_and_kind(read):
    assert (read.start, read.polarisation, read.noise_is_removed) == (SCENE.start, "VV", False)
    assert (read.timing.lines, read.timing.samples) == (SCENE.lines, SCENE.samples)
    assert (read.timing.line_interval, read.timing.pixel_spacing) == (SCENE.line_interval, 10.0)
    assert read.timing.last_line == pytest.approx(SCENE.seconds, abs=1e-9)
    assert read.timing.near_slant_range_time == pytest.approx(2 * SCENE.near_range / SPEED_OF_LIGHT, rel=1e-12)
    removed = TEXT.replace("CorrectionPerformed>false", "CorrectionPerformed>true")
    assert annotation.read(removed, WHERE).noise_is_removed


def test_state_vectors(read):
    orbit = read.orbit
    positions, velocities = made_orbit.states(SCENE, orbit.times)
    np.testing.assert_array_equal(orbit.times, np.arange(-60.0, 81.0, 10.0))
    np.testing.assert_allclose(orbit.positions, positions, atol=0.01)
    np.testing.assert_allclose(orbit.velocities, velocities, atol=1e-5)
    assert orbit.source == "Auxiliary"
    middle = (orbit.positions[2:] - orbit.positions[:-2]) / 20.0
    np.testing.assert_allclose(middle, orbit.velocities[1:-1], atol=0.2)  # both in the turning frame


def test_slant_range_of_the_grid_follows_from_the_records(read):
    """What is kept is grsrCoefficients: the maker's srgrCoefficients are zeros."""
    nearest = np.abs(read.ground_range.times[:, None] - read.grid.times).argmin(0)
    coefficients = read.ground_range.coefficients[nearest]
    ground = read.grid.pixels * read.timing.pixel_spacing - read.ground_range.origins[nearest]
    ranges = np.array([polyval(one, row) for one, row in zip(ground, coefficients, strict=True)])
    np.testing.assert_allclose(ranges, read.grid.slant_range_times * SPEED_OF_LIGHT / 2, atol=1e-5)


def test_the_grid_lies_at_right_angles_to_the_orbit(read):
    """The files agree with each other: zero Doppler, slant range and angles of the points."""
    grid = read.grid
    position, velocity = made_orbit.states(SCENE, grid.times)
    point = np.stack(TO_DEGREES.transform(grid.longitudes, grid.latitudes, grid.heights, direction="INVERSE"), -1)
    look = position - point
    assert abs((look * velocity).sum(1) / 7600.0).max() < 0.01
    np.testing.assert_allclose(np.linalg.norm(look, axis=1), grid.slant_range_times * SPEED_OF_LIGHT / 2, atol=1e-3)
    incidence, elevation = made_orbit.angles(position, point)
    np.testing.assert_allclose(grid.incidence_angles, incidence, atol=1e-6)
    np.testing.assert_allclose(grid.elevation_angles, elevation, atol=1e-6)
    np.testing.assert_allclose(grid.times, grid.lines * SCENE.line_interval, atol=1e-6)


def test_records_with_fewer_coefficients_have_zeros():
    first = re.search(r"<grsrCoefficients.*?</grsrCoefficients>", TEXT)[0]
    shorter = '<grsrCoefficients count="2">8.6e5 0.6</grsrCoefficients>'
    found = annotation.read(TEXT.replace(first, shorter, 1), WHERE).ground_range
    np.testing.assert_array_equal(found.coefficients[0], [8.6e5, 0.6, *[0.0] * (made_orbit.TERMS - 2)])
    assert found.coefficients[1].all()


def test_arrays_are_float64_and_contiguous(read):
    for part in (read.orbit, read.ground_range, read.grid):
        for value in vars(part).values():
            if isinstance(value, np.ndarray):
                assert value.dtype == np.float64
                assert value.flags.c_contiguous


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<mode>IW<", "<mode>EW<", "product/adsHeader/mode is 'EW', not IW: only IW GRD products are read"),
        ("<productType>GRD<", "<productType>SLC<", "adsHeader/productType is 'SLC', not GRD"),
        ("<numberOfLines>2000<", "<numberOfLines>2000000<", "numberOfLines is '2000000', not from 2 to"),
        ("<numberOfSamples>3000<", "<numberOfSamples>0<", "numberOfSamples is '0'"),
        ("<rangePixelSpacing>1.", "<rangePixelSpacing>-1.", "rangePixelSpacing is .*not above 0"),
        ("Earth Fixed", "True Of Date", r"orbitList/orbit\[1\]/frame is 'True Of Date', not Earth Fixed"),
        ("<x>", "<x>z", r"orbit\[1\]/position/x is 'z.*not a number"),
        ("orbitList", "orbits", "generalAnnotation/orbitList/orbit is missing"),
        ("grsrCoefficients", "grsr", r"coordinateConversion\[1\]/grsrCoefficients is missing"),
        ("geolocationGridPoint>", "point>", "geolocationGridPoint is missing"),
        ("<latitude>", "<latitude>x", r"geolocationGridPoint\[1\]/latitude is .*not a number"),
        ("<product>", "<!DOCTYPE p [<!ENTITY a 'b'>]><product>", "declares entities or a document type"),
        ("thermalNoiseCorrectionPerformed", "thermal", "thermalNoiseCorrectionPerformed is missing"),
        ("productFirstLineUtcTime>2021", "productFirstLineUtcTime>x", "productFirstLineUtcTime is .*not a time"),
    ],
)
def test_wrong_annotation_names_file_and_element(old, new, words):
    assert old in TEXT
    with pytest.raises(InputError, match=rf"^product p: annotation/a\.xml: .*{words}"):
        annotation.read(TEXT.replace(old, new), WHERE)


def without_vectors(text, keep):
    """Return an annotation with some of its state vectors, counted from 0."""
    vectors = re.findall(r"<orbit>.*?</orbit>", text)
    for number, one in enumerate(vectors):
        text = text if number in keep else text.replace(one, "")
    return text


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        (range(3), "3 state vectors are too few; 4 are needed"),
        (range(5), r"from -60.0 to -20.0 s do not cover the image, which takes 3.0 s"),
        (range(8, 15), r"from 20.0 to 80.0 s do not cover"),
        ((*range(4), *range(9, 15)), "60 s without a state vector; at most 30 s can be"),
    ],
)
def test_orbits_with_gaps(keep, words):
    with pytest.raises(InputError, match=rf"^product p: annotation/a\.xml: .*orbitList/orbit: .*{words}"):
        annotation.read(without_vectors(TEXT, set(keep)), WHERE)


def test_two_vectors_that_are_missing_do_no_harm():
    keep = {*range(5), *range(7, 15)}
    assert annotation.read(without_vectors(TEXT, keep), WHERE).orbit.times.size == 13


def test_vectors_out_of_order():
    first, second = re.findall(r"<orbit>.*?</orbit>", TEXT)[:2]
    text = TEXT.replace(second, "").replace(first, second + first)
    with pytest.raises(InputError, match="orbitList/orbit: times do not increase"):
        annotation.read(text, WHERE)


def test_annotation_of_another_polarisation(read):
    annotation.check_polarisation(read, "VV", WHERE)
    with pytest.raises(InputError, match="adsHeader/polarisation is 'VV', not VH as in its name"):
        annotation.check_polarisation(read, "VH", WHERE)


def test_a_text_that_is_cut():
    for end in (10, len(TEXT) // 2, len(TEXT) - 3):
        with pytest.raises(InputError, match="not well-formed"):
            annotation.read(TEXT[:end], WHERE)


SOURCES = {
    annotation.read: TEXT,
    tables.read_noise: making.noise(SCENE),
    tables.read_calibration: making.calibration(SCENE),
    manifest.read: making.manifest(SCENE),
}
ODD = st.sampled_from(["", "<", ">", "&x;", "9" * 30, "-", "nan", "1e400", "\0", "é", "T", "/", "</product>"])


@pytest.mark.parametrize("read", SOURCES)
@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.integers(0, 200), ODD)
def test_damaged_files_are_read_or_refused(read, place, length, odd):
    text = SOURCES[read]
    start = int(place * len(text))
    with contextlib.suppress(InputError):
        read(text[:start] + odd + text[start + length :], WHERE)
