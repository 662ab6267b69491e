"""The manifest of a Sentinel-1 product: pass, orbit, processing, footprint.

Source: Sentinel-1 Product Specification (S1-RS-MDA-52-7441), chapter on the manifest. It is the smallest file (20 kB)
that tells which ground a product shows. Only the standard library is used, since archives are listed with it.
"""

import datetime
import math
import re
from dataclasses import dataclass
from typing import Literal, cast
from xml.etree import ElementTree

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.sensors.sentinel1.names import ORBITS_OF_A_CYCLE
from landloom.sensors.stac.rings import Point
from landloom.sensors.xml import parse_xml

Direction = Literal["ascending", "descending"]

FILE = "manifest.safe"

LEAST_CORNERS = 3


@dataclass(frozen=True)
class Manifest:
    """What the manifest of a product says.

    Attributes
    ----------
    direction : str
        ``ascending`` or ``descending``: whether the satellite flew north or south.
    relative_orbit : int
        Of the start; the stop has the next one where the product crosses the ascending node.
    ipf : (int, int)
        Version of ESA's processor (Instrument Processing Facility), as (3, 40).
    processed : datetime.datetime
        UTC, when the processing stopped.
    footprint : tuple of (float, float)
        Longitude and latitude in degrees of the corners, as in the file: across the 180th meridian, signs differ.
    """

    direction: Direction
    relative_orbit: int
    ipf: tuple[int, int]
    processed: datetime.datetime
    footprint: tuple[Point, ...]


def read(text: str, where: str) -> Manifest:
    """Return what a manifest says.

    Parameters
    ----------
    text : str
    where : str
        Product and file, for messages.

    Raises
    ------
    InputError
        If the file is not a manifest of Sentinel-1, or is truncated.
    """
    root = parse_xml(text, where)
    orbit = _text(root, "relativeOrbitNumber", where)
    if not (orbit.isdecimal() and 1 <= int(orbit) <= ORBITS_OF_A_CYCLE):
        raise InputError(f"{where}: relativeOrbitNumber is {shortened(repr(orbit))}, not 1 to {ORBITS_OF_A_CYCLE}")
    processing = root.find(".//{*}metadataObject[@ID='processing']//{*}processing")
    if processing is None:
        raise InputError(f"{where}: metadataObject processing is missing; is it a manifest of Sentinel-1?")
    return Manifest(
        _direction(root, where),
        int(orbit),
        _ipf(processing, where),
        _stopped(processing, where),
        _corners(root, where),
    )


def _text(root: ElementTree.Element, tag: str, where: str) -> str:
    """Return the text of the first element of a name."""
    found = root.find(f".//{{*}}{tag}")
    if found is None or not (found.text or "").strip():
        raise InputError(f"{where}: {tag} is missing; is it a manifest of Sentinel-1?")
    return (found.text or "").strip()


def _direction(root: ElementTree.Element, where: str) -> Direction:
    direction = _text(root, "pass", where).lower()
    if direction not in ("ascending", "descending"):
        raise InputError(f"{where}: pass is {shortened(repr(direction))}, not ascending or descending")
    return cast(Direction, direction)


def _ipf(processing: ElementTree.Element, where: str) -> tuple[int, int]:
    """Return the version of the last processor; the manifest nests those of its input."""
    software = processing.find("{*}facility/{*}software")
    version = "" if software is None else software.get("version", "")
    found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})", version, re.ASCII)
    if not found:
        raise InputError(f"{where}: version of software is {shortened(repr(version))}, not as 003.40")
    return int(found[1]), int(found[2])


def _stopped(processing: ElementTree.Element, where: str) -> datetime.datetime:
    text = processing.get("stop", "")
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise InputError(f"{where}: stop of processing is {shortened(repr(text))}, no date and time") from None


def _corners(root: ElementTree.Element, where: str) -> tuple[Point, ...]:
    """Return the corners of the footprint; the file has latitude, longitude."""
    text = _text(root, "coordinates", where)
    try:
        corners = [(float(one), float(other)) for one, other in (pair.split(",") for pair in text.split())]
    except ValueError:
        corners = []
    known = all(math.isfinite(lat) and abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in corners)
    if len(corners) < LEAST_CORNERS or not known:
        found = shortened(repr(text))
        raise InputError(f"{where}: coordinates of the footprint are {found}, not latitude,longitude of its corners")
    return tuple((lon, lat) for lat, lon in corners)
