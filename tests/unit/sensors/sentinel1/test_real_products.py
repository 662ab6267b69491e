"""Real annotation, in any folder that the environment variable LANDLOOM_SENTINEL1 names (products at any depth).

Every product of the folder is read. Some numbers are those of products that tests of other programs hold (stactools,
pyroSAR, sarsen); each is skipped where its product is not there.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.polynomial.polynomial import polyval

from landloom.sensors import inventory
from landloom.sensors.sentinel1 import acquisitions, annotation, archive, images, names, tables

FOLDER = os.environ.get("LANDLOOM_SENTINEL1", "")
SPEED_OF_LIGHT = 299792458.0
DEPTH = 12

pytestmark = pytest.mark.skipif(not FOLDER, reason="LANDLOOM_SENTINEL1 names no folder with real Sentinel-1 products")


def found():
    """Return the IW GRD products of the folder that have a manifest."""
    listed = inventory.entries(Path(FOLDER), names.NAME, DEPTH) if FOLDER else ()
    several = [(names.of_product(match, str(path)), path) for match, path in listed if not names.why_unread(match)]
    return [
        archive.slice_of(name, path)
        for name, path in several
        if any(one.endswith("manifest.safe") for one in archive.files_of(name, path).names)
    ]


SLICES = found()
IMAGES = [
    pytest.param(one, polarisation, id=f"{one.name.text[-4:]}-{polarisation}")
    for one in SLICES
    for polarisation in one.name.polarisations
    if archive.members(one).matching(rf"annotation/[^/]*-{polarisation.lower()}-[^/]*\.xml$")
]


def texts(one, polarisation):
    """Return annotation, calibration and noise of an image, and their names; some products lack their pixels."""
    files = archive.members(one)
    there = archive.text_files(files, polarisation)
    return [(files.text(name), f"product {one.path}: {name}") for name in there]


@pytest.mark.parametrize("one", SLICES, ids=lambda one: one.name.text[-4:])
def test_manifests(one):
    assert one.name.relative_orbit == one.manifest.relative_orbit
    assert (2, 0) < one.manifest.ipf < (5, 0)
    assert one.manifest.processed > one.name.stop
    longitude, latitude = np.array(one.manifest.footprint).T
    assert one.shows(longitude.mean() - 0.01, latitude.mean() - 0.01, longitude.mean() + 0.01, latitude.mean() + 0.01)
    assert not one.shows(longitude.mean() + 50, latitude.mean(), longitude.mean() + 51, latitude.mean() + 1)


@pytest.mark.parametrize(("one", "polarisation"), IMAGES)
def test_annotation(one, polarisation):
    ((text, where), *_) = texts(one, polarisation)
    read = annotation.read(text, where)
    annotation.check_polarisation(read, polarisation, where)
    grid, records = read.grid, read.ground_range
    # Version 2.36 of the processor has no record for the last row of its grid.
    rows = grid.times < records.times[-1] + 0.5
    nearest = np.abs(records.times[:, None] - grid.times[rows]).argmin(0)
    ground = grid.pixels[rows] * read.timing.pixel_spacing - records.origins[nearest]
    ranges = np.array([polyval(x, records.coefficients[k]) for x, k in zip(ground, nearest, strict=True)])
    assert abs(ranges - grid.slant_range_times[rows] * SPEED_OF_LIGHT / 2).max() < 0.01
    assert grid.lines.size >= 200
    assert all(one.shows(x, y, x, y) for x, y in zip(grid.longitudes, grid.latitudes, strict=True))
    assert grid.lines.max() <= read.timing.lines
    speeds = np.linalg.norm(read.orbit.velocities, axis=1)
    assert ((speeds > 7500) & (speeds < 7700)).all()
    assert abs((read.start - one.name.start).total_seconds()) < 1
    assert read.timing.last_line == pytest.approx((one.name.stop - one.name.start).total_seconds(), abs=1.5)


@pytest.mark.parametrize(("one", "polarisation"), IMAGES)
def test_tables(one, polarisation):
    (image, where), calibration, noise = texts(one, polarisation)
    timing = annotation.read(image, where).timing
    gains, floor = tables.read_calibration(*calibration), tables.read_noise(*noise)
    assert gains.lines[0] <= 0
    assert gains.lines[-1] >= timing.lines - 1
    assert (gains.pixels[:, 0] == 0).all()
    assert (gains.pixels[:, -1] == timing.samples - 1).all()
    assert np.ptp(gains.beta) < 1e-3
    by_sigma, by_gamma = np.arcsin((gains.beta / gains.sigma) ** 2), np.arctan((gains.beta / gains.gamma) ** 2)
    assert np.degrees(abs(by_sigma - by_gamma)).max() < 4e-5  # seven digits
    assert (floor.lines[0], floor.lines[-1]) == (0, timing.lines - 1)
    assert floor.is_zero == (one.manifest.ipf < (2, 50))
    assert floor.is_zero or floor.values.min() > 1
    assert bool(floor.azimuth.blocks.size) == (one.manifest.ipf >= (2, 90))
    if floor.azimuth.blocks.size:
        assert ((floor.azimuth.factors > 0.9) & (floor.azimuth.factors < 1.3)).all()
        first, last, left, right = floor.azimuth.blocks.T
        area = ((last - first + 1) * (right - left + 1)).sum()
        assert area == timing.lines * timing.samples


@pytest.mark.parametrize("one", SLICES, ids=lambda one: one.name.text[-4:])
def test_whole_images(one):
    """Only products with their pixels are whole; those of tests often lack them."""
    present = archive.members(one).matching("measurement/.*-vv-")
    if not present:
        pytest.skip("has no measurement of VV")
    assert images.load(one, "VV").annotation.polarisation == "VV"


def the(text):
    chosen = [one for one in SLICES if text in one.name.text]
    if not chosen:
        pytest.skip(f"no product {text} in {FOLDER}")
    return chosen[0]


def test_numbers_of_a_calibration():
    """As in the file: 2021-08-09, VV, line 0, pixels 0 and 360."""
    _, calibration, _ = texts(the("_20210809T173953_"), "VV")
    gains = tables.read_calibration(*calibration)
    assert gains.pixels[0, 9] == 360
    assert (gains.sigma[0, 0], gains.sigma[0, 9], gains.beta[0, 0]) == (662.8682, 660.4272, 474.0)


def test_two_slices_of_one_data_take_follow_each_other():
    pair = [the("_20150222T170725_"), the("_20150222T170750_20150222T170815")]
    (one,) = acquisitions.joined(pair[::-1])
    assert list(one.slices) == pair
    assert (one.direction, one.relative_orbits, one.processors) == ("ascending", (117,), ((2, 36),))
    first, second = (annotation.read(*texts(part, "VV")[0]) for part in pair)
    gap = (second.start - first.start).total_seconds() - first.timing.last_line
    assert gap == pytest.approx(first.timing.line_interval, abs=2e-6)
