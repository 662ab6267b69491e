"""Elements of XML as text: only what the demonstration's radar products need."""

import datetime
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from landloom.demo.radar.passes import MISSION, Look

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(tag: str, *contents: object, attributes: str = "") -> str:
    """Return an element; contents are elements, or one text."""
    return f"<{tag}{attributes and ' ' + attributes}>{''.join(map(str, contents))}</{tag}>"


def listed(tag: str, elements: Iterable[str]) -> str:
    """Return an element that tells how many it holds."""
    held = list(elements)
    return element(tag, *held, attributes=f'count="{len(held)}"') + "\n"


def numbers(tag: str, values: NDArray, form: str = ".8e") -> str:
    """Return an element of numbers that tells how many they are."""
    text = " ".join(format(value, form) for value in values.tolist())
    return element(tag, text, attributes=f'count="{len(values)}"')


def stamp(look: Look, seconds: float) -> str:
    """Return a time since the look's own as files have it, with microseconds."""
    time = look.time + datetime.timedelta(microseconds=round(float(seconds) * 1e6))
    return time.isoformat(timespec="microseconds")


def header(look: Look, polarisation: str, times: tuple[float, float], number: int) -> str:
    """Return the element that tells of which image a file is.

    Parameters
    ----------
    look
        The pass.
    polarisation
        ``VV`` or ``VH``.
    times
        Of the first and the last line.
    number
        Of the image in its product, from 1.
    """
    held = {
        "missionId": MISSION,
        "productType": "GRD",
        "polarisation": polarisation,
        "mode": "IW",
        "swath": "IW",
        "startTime": stamp(look, times[0]),
        "stopTime": stamp(look, times[1]),
        "absoluteOrbitNumber": look.orbit,
        "missionDataTakeId": int(look.data_take, 16),
        "imageNumber": f"{number:03d}",
    }
    return element("adsHeader", *(element(tag, text) for tag, text in held.items())) + "\n"


def vector(tag: str, values: NDArray[np.float64]) -> str:
    """Return an element with x, y and z."""
    parts = (element(axis, f"{value:.12e}") for axis, value in zip("xyz", values.tolist(), strict=True))
    return element(tag, *parts)
