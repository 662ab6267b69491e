"""What a GeoJSON says of its CRS, judged before GDAL opens it.

GDAL asks the network for a CRS that is given by an address, and takes a name that it does not know for EPSG:4326:
places would be wrong without a word.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from landloom.geo.opening.geopackages import RefusedVectorError

MOST_BYTES = 2**16
"""Longest description of a CRS."""

_CHUNK_BYTES = 2**20

_KEY = re.compile(rb"""["'](?:c|\\u00[46]3)(?:r|\\u00[57]2)(?:s|\\u00[57]3)["']""", re.I)
"""The member, however its letters are written: GDAL takes capitals and single quotes, too."""

_NAME = re.compile(r"(urn:(x-)?ogc:def:crs:)?(EPSG|ESRI|IGNF|OGC):[\w.]*:?\w+", re.I)

ADVICE = "write the file with a CRS by its code: ogr2ogr -a_srs EPSG:... new.geojson old.geojson"


def judge(path: str) -> None:
    """Raise if a GeoJSON has a CRS by an address, or by a name that nobody knows.

    Parameters
    ----------
    path : str

    Raises
    ------
    RefusedVectorError
    """
    for text in _after_keys(path):
        value = re.sub(rb"\A\s*:\s*", b"", text)
        if value.startswith(b"{"):
            _judge_object(value)
        elif value == text or not value or value.startswith(b"/"):
            raise RefusedVectorError(f"has a member `crs` that cannot be told; {ADVICE}")


def _after_keys(path: str) -> Iterator[bytes]:
    """Yield what follows each member of this name, up to the longest description."""
    held = b""
    with Path(path).open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            held += chunk
            whole = max(len(held) - MOST_BYTES, 0)
            yield from _within(held, whole)
            held = held[whole:]
    yield from _within(held, len(held))


def _within(text: bytes, end: int) -> Iterator[bytes]:
    for key in _KEY.finditer(text):
        if key.start() < end:
            yield text[key.end() : key.end() + MOST_BYTES]


def _judge_object(text: bytes) -> None:
    try:
        content, _ = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise RefusedVectorError(f"has a member `crs` that cannot be told; {ADVICE}") from None
    kind = str(content.get("type", "")).lower()
    properties = content.get("properties")
    values = properties if isinstance(properties, dict) else {}
    if kind in ("link", "url"):
        raise RefusedVectorError(f"has its CRS at an address (`crs` of type {kind}), which is not asked; {ADVICE}")
    if kind == "name" and not _is_known(values.get("name")):
        raise RefusedVectorError(f"has a CRS of an unknown name ({str(values.get('name'))[:100]}); {ADVICE}")
    if kind == "epsg" and not _is_known(f"EPSG:{values.get('code')}"):
        raise RefusedVectorError(f"has a CRS of an unknown code ({str(values.get('code'))[:100]}); {ADVICE}")


def _is_known(name: Any) -> bool:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return False
    try:
        CRS.from_user_input(name)
    except CRSError:
        return False
    return True
