"""Calibration and noise of the demonstration's radar images as the files of a product."""

from itertools import pairwise

from landloom.demo.radar.elements import DECLARATION, element, header, listed, numbers, stamp
from landloom.demo.radar.frame import LINE_S, Frame
from landloom.demo.radar.passes import Look
from landloom.demo.radar.tables import CALIBRATION_STEP_LINES, NOISE_STEP_LINES, SWATHS, Tables

INTEGERS = "d"


def calibration(look: Look, frame: Frame, tables: Tables, polarisation: str, number: int) -> str:
    """Return the calibration of an image, XML: vectors that begin with the first line and end beyond the last."""
    gains = {"sigmaNought": tables.sigma, "betaNought": tables.beta, "gamma": tables.gamma}
    body = numbers("pixel", tables.pixels, INTEGERS) + "".join(numbers(name, one) for name, one in gains.items())
    lines = range(0, frame.lines + CALIBRATION_STEP_LINES, CALIBRATION_STEP_LINES)
    vectors = (element("calibrationVector", *_place(look, frame, line), body) for line in lines)
    return DECLARATION + element(
        "calibration",
        header(look, polarisation, (frame.start_s, frame.end_s), number),
        listed("calibrationVectorList", vectors),
    )


def noise(look: Look, frame: Frame, tables: Tables, polarisation: str, number: int) -> str:
    """Return the thermal noise of an image, XML: across the range, and factors of each swath along the azimuth."""
    body = numbers("pixel", tables.pixels, INTEGERS) + numbers("noiseRangeLut", tables.noise)
    lines = [*range(0, frame.lines - 1, NOISE_STEP_LINES), frame.lines - 1]
    vectors = (element("noiseRangeVector", *_place(look, frame, line), body) for line in lines)
    return DECLARATION + element(
        "noise",
        header(look, polarisation, (frame.start_s, frame.end_s), number),
        listed("noiseRangeVectorList", vectors),
        listed("noiseAzimuthVectorList", _blocks(frame, tables)),
    )


def _place(look: Look, frame: Frame, line: int) -> tuple[str, str]:
    return element("azimuthTime", stamp(look, frame.start_s + line * LINE_S)), element("line", line)


def _blocks(frame: Frame, tables: Tables) -> list[str]:
    """Return the factors of each swath."""
    return [
        element(
            "noiseAzimuthVector",
            element("swath", swath),
            element("firstAzimuthLine", 0),
            element("firstRangeSample", left),
            element("lastAzimuthLine", frame.lines - 1),
            element("lastRangeSample", right - 1),
            numbers("line", tables.factor_lines, INTEGERS),
            numbers("noiseAzimuthLut", factors),
        )
        for swath, (left, right), factors in zip(SWATHS, pairwise(tables.edges), tables.factors, strict=True)
    ]
