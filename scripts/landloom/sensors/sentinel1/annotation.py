"""Annotation of one image of a Sentinel-1 GRD product: orbit, timing, ground range, geolocation grid.

Source: Sentinel-1 Product Specification (S1-RS-MDA-52-7441), Level-1 product annotation. All times are seconds since
the first line of the image, in float64: microseconds, the resolution of the files, are kept.

Slant range follows from ground range by ``grsrCoefficients``. Their inverse in the same records,
``srgrCoefficients``, is not read: in version 2.36 of the processor, it is off by up to 4.3 pixels.
"""

import datetime
from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.sensors.sentinel1.elements import Element

LEAST_VECTORS = 4
"""State vectors for a polynomial of degree 6 through positions and velocities."""

LONGEST_ORBIT_GAP_S = 30.0
"""Vectors come every 10 s, or every second; two that are missing in a row make no difference to the polynomial."""

MOST_PIXELS = 2**20
"""Lines or samples that no image reaches: 26 000 are usual."""


@dataclass(frozen=True, eq=False)
class OrbitStates:
    """State vectors of the satellite, Earth-fixed (ECEF).

    Attributes
    ----------
    times : (n,) array of float64
        Seconds since the first line, increasing.
    positions : (n, 3) array of float64
        Metres.
    velocities : (n, 3) array of float64
        Metres per second, in the turning frame.
    source : str
        ``Auxiliary`` (precise) or ``Downlink`` (from the satellite: noise of centimetres); empty where not told.
    """

    times: np.ndarray
    positions: np.ndarray
    velocities: np.ndarray
    source: str


@dataclass(frozen=True, eq=False)
class GroundRangeRecords:
    """Records of the conversion from ground range to slant range.

    slant range = sum over k of coefficients[k] * (ground range - origin) ** k, of the record of a time.

    Attributes
    ----------
    times : (m,) array of float64
        Seconds since the first line, increasing.
    origins : (m,) array of float64
        Ground range of the record's origin (``gr0``), metres.
    coefficients : (m, k) array of float64
        From the constant upwards (``grsrCoefficients``), metres by powers of metres; records with fewer have zeros.
    """

    times: np.ndarray
    origins: np.ndarray
    coefficients: np.ndarray


@dataclass(frozen=True, eq=False)
class GeolocationGrid:
    """Points of the image whose place the processor gives: an independent check of all geometry.

    Attributes
    ----------
    times : (n,) array of float64
        Azimuth times, seconds since the first line.
    slant_range_times : (n,) array of float64
        Seconds, there and back.
    lines, pixels : (n,) arrays of float64
        From 0, at the centres of pixels.
    latitudes, longitudes, heights : (n,) arrays of float64
        Degrees, and metres above the ellipsoid.
    incidence_angles, elevation_angles : (n,) arrays of float64
        Degrees from the geocentric direction, at the ground and at the satellite.
    """

    times: np.ndarray
    slant_range_times: np.ndarray
    lines: np.ndarray
    pixels: np.ndarray
    latitudes: np.ndarray
    longitudes: np.ndarray
    heights: np.ndarray
    incidence_angles: np.ndarray
    elevation_angles: np.ndarray


@dataclass(frozen=True)
class ImageTiming:
    """Lines and pixels of an image.

    Attributes
    ----------
    lines, samples : int
        Size of the measurement.
    line_interval : float
        Seconds from line to line (``azimuthTimeInterval``).
    pixel_spacing : float
        Metres of ground range from pixel to pixel (``rangePixelSpacing``).
    near_slant_range_time : float
        Seconds, there and back, of the first pixel of the first line.
    """

    lines: int
    samples: int
    line_interval: float
    pixel_spacing: float
    near_slant_range_time: float

    @property
    def last_line(self) -> float:
        """Return the time of the last line, seconds since the first."""
        return (self.lines - 1) * self.line_interval


@dataclass(frozen=True, eq=False)
class Annotation:
    """Annotation of one image.

    Attributes
    ----------
    start : datetime.datetime
        Time of the first line, UTC (``productFirstLineUtcTime``): the origin of all times.
    polarisation : str
    noise_is_removed : bool
        Whether the processor has taken thermal noise off already (``thermalNoiseCorrectionPerformed``).
    timing : ImageTiming
    orbit : OrbitStates
    ground_range : GroundRangeRecords
    grid : GeolocationGrid
    """

    start: datetime.datetime
    polarisation: str
    noise_is_removed: bool
    timing: ImageTiming
    orbit: OrbitStates
    ground_range: GroundRangeRecords
    grid: GeolocationGrid


def read(text: str, where: str) -> Annotation:
    """Return the annotation of an image.

    Parameters
    ----------
    text : str
        The file ``annotation/s1a-iw-grd-vv-...xml``.
    where : str
        Product and file, for messages.

    Raises
    ------
    InputError
        If the file is not annotation of an IW GRD image, or is truncated; if an element is missing or its numbers
        cannot be; if the orbit does not cover the image. Document types and entities are refused.
    """
    root = Element.root(text, where, "product")
    _check_kind(root)
    start = root.time("imageAnnotation/imageInformation/productFirstLineUtcTime")
    timing = _timing(root.one("imageAnnotation/imageInformation"))
    removed = root.truth("imageAnnotation/processingInformation/thermalNoiseCorrectionPerformed")
    return Annotation(
        start,
        root.text("adsHeader/polarisation"),
        removed,
        timing,
        _orbit(root, start, timing.last_line),
        _ground_range(root, start),
        _grid(root, start),
    )


def _check_kind(root: Element) -> None:
    """Raise if the annotation is of another mode or level; a folder may be named wrongly."""
    for path, expected in (("adsHeader/mode", "IW"), ("adsHeader/productType", "GRD")):
        if root.text(path) != expected:
            raise root.unfit(path, root.text(path), f"{expected}: only IW GRD products are read")


def _timing(image: Element) -> ImageTiming:
    sizes = [image.whole(path) for path in ("numberOfLines", "numberOfSamples")]
    for path, size in zip(("numberOfLines", "numberOfSamples"), sizes, strict=True):
        if not 2 <= size <= MOST_PIXELS:
            raise image.unfit(path, str(size), f"from 2 to {MOST_PIXELS}")
    return ImageTiming(
        sizes[0],
        sizes[1],
        image.positive("azimuthTimeInterval"),
        image.positive("rangePixelSpacing"),
        image.positive("slantRangeTime"),
    )


def _orbit(root: Element, start: datetime.datetime, end: float) -> OrbitStates:
    path = "generalAnnotation/orbitList/orbit"
    vectors = root.some(path)
    for one in vectors:
        if one.text("frame") != "Earth Fixed":
            raise one.unfit("frame", one.text("frame"), "Earth Fixed")
    times = np.array([one.seconds("time", start) for one in vectors])
    _check_times(root, path, times)
    _check_orbit(root, path, times, end)
    source = root.node.findtext("imageAnnotation/processingInformation/orbitSource") or ""
    positions, velocities = (
        np.array([[one.number(f"{kind}/{axis}") for axis in "xyz"] for one in vectors])
        for kind in ("position", "velocity")
    )
    return OrbitStates(times, positions, velocities, source.strip())


def _check_orbit(root: Element, path: str, times: np.ndarray, end: float) -> None:
    """Raise unless state vectors cover the image without a gap."""
    where = f"{root.where}: {root.path}/{path}"
    if times.size < LEAST_VECTORS:
        raise InputError(f"{where}: {times.size} state vectors are too few; {LEAST_VECTORS} are needed")
    if times[0] > 0 or times[-1] < end:
        raise InputError(
            f"{where}: state vectors from {times[0]:.1f} to {times[-1]:.1f} s do not cover the image, which takes "
            f"{end:.1f} s"
        )
    gap = np.diff(times).max()
    if gap > LONGEST_ORBIT_GAP_S:
        raise InputError(f"{where}: {gap:.0f} s without a state vector; at most {LONGEST_ORBIT_GAP_S:.0f} s can be")


def _check_times(root: Element, path: str, times: np.ndarray) -> None:
    if (np.diff(times) <= 0).any():
        raise InputError(f"{root.where}: {root.path}/{path}: times do not increase")


def _ground_range(root: Element, start: datetime.datetime) -> GroundRangeRecords:
    path = "coordinateConversion/coordinateConversionList/coordinateConversion"
    records = root.some(path)
    times = np.array([one.seconds("azimuthTime", start) for one in records])
    _check_times(root, path, times)
    lists = [one.numbers("grsrCoefficients") for one in records]
    coefficients = np.zeros((len(lists), max(one.size for one in lists)))
    for row, one in zip(coefficients, lists, strict=True):
        row[: one.size] = one
    return GroundRangeRecords(times, np.array([one.number("gr0") for one in records]), coefficients)


_OF_A_POINT = (
    "slantRangeTime",
    "line",
    "pixel",
    "latitude",
    "longitude",
    "height",
    "incidenceAngle",
    "elevationAngle",
)


def _grid(root: Element, start: datetime.datetime) -> GeolocationGrid:
    points = root.some("geolocationGrid/geolocationGridPointList/geolocationGridPoint")
    times = np.array([one.seconds("azimuthTime", start) for one in points])
    columns = np.array([[one.number(path) for path in _OF_A_POINT] for one in points]).T.copy()
    return GeolocationGrid(times, *columns)


def check_polarisation(annotation: Annotation, polarisation: str, where: str) -> None:
    """Raise if an annotation is not of the polarisation by which its file was found."""
    if annotation.polarisation != polarisation:
        found = shortened(repr(annotation.polarisation))
        raise InputError(f"{where}: product/adsHeader/polarisation is {found}, not {polarisation} as in its name")
