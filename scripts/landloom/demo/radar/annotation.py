"""Annotation of the demonstration's radar images: orbit, timing, ground range, a grid of points solved forwards."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landloom.demo.radar.elements import DECLARATION, element, header, listed, numbers, stamp, vector
from landloom.demo.radar.frame import LINE_S, REFERENCE_TRAVEL_S, SPACING_M, STATE_TIMES, Frame, nearest_record
from landloom.demo.radar.orbit import LIGHT_M_S, TO_DEGREES, angles_deg, seen
from landloom.demo.radar.passes import Look

GRID_LINES, GRID_PIXELS = 5, 11
HEIGHT_STEPS = 4

HeightsAt = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""Gives heights above the ellipsoid at longitudes and latitudes in degrees."""


@dataclass(frozen=True)
class Points:
    """Points whose place in the image and on the ground is known, each array of shape (points,).

    Parameters
    ----------
    lines, pixels
        In the image, from 0.
    times
        At which they are abeam, in seconds since the look's own.
    slant_ranges
        In m.
    places
        Longitude, latitude, and height above the ellipsoid, shape (3, points).
    angles
        Of incidence and elevation in degrees, shape (2, points).
    """

    lines: NDArray[np.float64]
    pixels: NDArray[np.float64]
    times: NDArray[np.float64]
    slant_ranges: NDArray[np.float64]
    places: NDArray[np.float64]
    angles: NDArray[np.float64]


def points_of(frame: Frame, heights_at: HeightsAt) -> Points:
    """Return a grid of points on the ground, over the whole image."""
    rows = np.linspace(0, frame.lines - 1, GRID_LINES).round()
    columns = np.linspace(0, frame.samples - 1, GRID_PIXELS).round()
    lines, pixels = (axis.ravel() for axis in np.meshgrid(rows, columns, indexing="ij"))
    written = frame.start_s + lines * LINE_S
    ranges = nearest_record(frame, written, pixels)
    times = written + (2 * ranges / LIGHT_M_S - REFERENCE_TRAVEL_S) / 2
    heights = np.full(lines.size, frame.height_m)
    for _ in range(HEIGHT_STEPS):
        points = seen(frame.circle, times, ranges, heights)
        places = np.array(TO_DEGREES.transform(*points.T))
        heights = heights_at(places[0], places[1])
    angles = np.array(angles_deg(frame.circle.states(times)[0], points))
    return Points(lines, pixels, times, ranges, places, angles)


def annotation(look: Look, frame: Frame, points: Points, polarisation: str, number: int) -> str:
    """Return the annotation of an image, XML.

    Parameters
    ----------
    look
        The pass.
    frame
        Of the image.
    points
        Its grid.
    polarisation
        ``VV`` or ``VH``.
    number
        Of the image in its product, from 1.
    """
    direction = element("productInformation", element("pass", look.track.direction.title()))
    return DECLARATION + element(
        "product",
        header(look, polarisation, (frame.start_s, frame.end_s), number),
        element("generalAnnotation", direction, _orbit_list(look)),
        element("imageAnnotation", _image(look, frame), _processing()),
        element("coordinateConversion", _conversions(look, frame)),
        element("geolocationGrid", _grid(look, points)),
    )


def _orbit_list(look: Look) -> str:
    states = zip(STATE_TIMES, *look.circle.states(STATE_TIMES), strict=True)
    return listed(
        "orbitList",
        (
            element(
                "orbit",
                element("time", stamp(look, time)),
                element("frame", "Earth Fixed"),
                vector("position", position),
                vector("velocity", velocity),
            )
            for time, position, velocity in states
        ),
    )


def _image(look: Look, frame: Frame) -> str:
    held = {
        "productFirstLineUtcTime": stamp(look, frame.start_s),
        "productLastLineUtcTime": stamp(look, frame.end_s),
        "slantRangeTime": f"{2 * frame.near_m / LIGHT_M_S:.15e}",
        "pixelValue": "Detected",
        "rangePixelSpacing": f"{SPACING_M:.6e}",
        "azimuthPixelSpacing": f"{SPACING_M:.6e}",
        "azimuthTimeInterval": f"{LINE_S:.15e}",
        "numberOfSamples": frame.samples,
        "numberOfLines": frame.lines,
    }
    return element("imageInformation", *(element(tag, text) for tag, text in held.items())) + "\n"


def _processing() -> str:
    return element(
        "processingInformation",
        element("thermalNoiseCorrectionPerformed", "false"),
        element("orbitSource", "Auxiliary"),
    )


def _conversions(look: Look, frame: Frame) -> str:
    return listed(
        "coordinateConversionList",
        (
            element(
                "coordinateConversion",
                element("azimuthTime", stamp(look, time)),
                element("slantRangeTime", f"{2 * frame.near_m / LIGHT_M_S:.15e}"),
                element("gr0", "0.000000000000000e+00"),
                numbers("grsrCoefficients", record, ".17e"),
            )
            for time, record in zip(frame.record_times, frame.records, strict=True)
        ),
    )


def _grid(look: Look, points: Points) -> str:
    names = ("slantRangeTime", "line", "pixel", "latitude", "longitude", "height", "incidenceAngle", "elevationAngle")
    longitudes, latitudes, heights = points.places
    own = 2 * points.slant_ranges / LIGHT_M_S, points.lines, points.pixels, latitudes, longitudes, heights
    values = np.array([*own, *points.angles]).T
    return listed(
        "geolocationGridPointList",
        (
            element(
                "geolocationGridPoint",
                element("azimuthTime", stamp(look, time)),
                *(element(name, f"{value:.12e}") for name, value in zip(names, row.tolist(), strict=True)),
            )
            for time, row in zip(points.times, values, strict=True)
        ),
    )
