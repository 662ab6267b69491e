"""Real annotations as arrays, for the tests of geometry alone; LANDLOOM_SENTINEL1 names a folder that has some."""

import datetime
import os
import re
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from landloom.sar.geocoding import Scene, Timing
from landloom.sar.ground_range import fit_conversion
from landloom.sar.orbit import fit_orbit

VARIABLE = "LANDLOOM_SENTINEL1"
_ANNOTATION = re.compile(r"([^/]+\.SAFE)/annotation/s1[^/]+\.xml$")
_CALIBRATION = re.compile(r"([^/]+\.SAFE)/annotation/calibration/calibration-[^/]+\.xml$")


class Points(NamedTuple):
    """The grid of points of an annotation, each array of shape (points,): see its names there."""

    times: np.ndarray
    ranges: np.ndarray
    lines: np.ndarray
    pixels: np.ndarray
    latitudes: np.ndarray
    longitudes: np.ndarray
    heights: np.ndarray
    incidences: np.ndarray


class Real(NamedTuple):
    """A real image's annotation."""

    name: str
    version: str
    orbit_source: str
    scene: Scene
    points: Points


def folder():
    """The folder of real products, or None."""
    name = os.environ.get(VARIABLE, "")
    return Path(name) if name and Path(name).is_dir() else None


def files(pattern):
    """Name and contents of all files that match, in folders and zips, and the version of their processor."""
    for path in sorted(folder().rglob("*.xml")):
        if found := pattern.search(path.as_posix()):
            manifest = next(one for one in path.parents if one.name == found[1]) / "manifest.safe"
            yield found[0], path.read_bytes(), manifest.read_text()
    for path in sorted(folder().rglob("S1*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if found := pattern.search(name):
                    yield found[0], archive.read(name), archive.read(f"{found[1]}/manifest.safe").decode()


def version(manifest):
    return re.search(r'name="Sentinel-1 IPF" version="([0-9.]+)"', manifest)[1]


def _numbers(elements, name):
    return np.array([element.findtext(name).split() for element in elements], float)


def _times(elements, name, epoch):
    found = [datetime.datetime.fromisoformat(element.findtext(name)) for element in elements]
    return np.array([(one - epoch) / datetime.timedelta(seconds=1) for one in found])


def read(name, content, manifest):
    root = ElementTree.fromstring(content)
    image = root.find("imageAnnotation/imageInformation")
    epoch = datetime.datetime.fromisoformat(image.findtext("productFirstLineUtcTime")[:19])
    orbit, records = root.findall("generalAnnotation/orbitList/orbit"), root.findall(".//coordinateConversion[sr0]")
    grid = root.findall(".//geolocationGridPoint")
    start = _times([image], "productFirstLineUtcTime", epoch)[0]
    interval, spacing = (float(image.findtext(one)) for one in ("azimuthTimeInterval", "rangePixelSpacing"))
    lines, samples = (int(image.findtext(one)) for one in ("numberOfLines", "numberOfSamples"))
    vectors = [np.hstack([_numbers(orbit, f"{one}/{axis}") for axis in "xyz"]) for one in ("position", "velocity")]
    scene = Scene(
        fit_orbit(_times(orbit, "time", epoch), *vectors, start, start + (lines - 1) * interval),
        fit_conversion(
            _times(records, "azimuthTime", epoch),
            _numbers(records, "gr0")[:, 0],
            _numbers(records, "grsrCoefficients"),
            samples * spacing,
        ),
        Timing(start, interval, spacing),
    )
    names = ("slantRangeTime", "line", "pixel", "latitude", "longitude", "height", "incidenceAngle")
    values = [_numbers(grid, one)[:, 0] for one in names]
    values[0] = values[0] * 299792458.0 / 2
    source = root.findtext("imageAnnotation/processingInformation/orbitSource")
    return Real(name, version(manifest), source, scene, Points(_times(grid, "azimuthTime", epoch), *values))


def annotations():
    """All annotations of the folder."""
    return [read(*file) for file in files(_ANNOTATION)]


def calibrations():
    """Name and root element of all calibration tables."""
    return [(name, ElementTree.fromstring(content)) for name, content, _ in files(_CALIBRATION)]
