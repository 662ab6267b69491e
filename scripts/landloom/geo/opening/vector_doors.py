"""The door through which every vector file is opened with OGR: which formats are read, by name and first bytes.

OGR lets each of its 60 drivers look into a file, whatever its name. Some take a text for the description of other
files, of addresses, or of a command that GDAL runs.
"""

import re
from collections.abc import Callable
from pathlib import Path

from landloom.core.files import is_file_or_folder
from landloom.core.paths import on_disk
from landloom.geo.opening import geojson_crs, geopackages
from landloom.geo.opening.geopackages import RefusedVectorError

KNOWN = "GeoPackage, shapefile, GeoJSON, FlatGeobuf, MapInfo, file geodatabase, GeoParquet, CSV"

HEAD_BYTES = 2**24
"""Bytes that are searched: more than any driver looks into before it takes a file for its own."""

_OTHERS = re.compile(rb"<\s*OGRVRTDataSource|gdal_streamed_alg|<\s*GDAL", re.I)
"""What drivers search for in texts, to open other files or to run a command: also in the middle of a GeoJSON."""


def judge(path: str, layer: str | None = None) -> None:
    """Raise if a vector file may not be opened with OGR, or its layer not be read.

    Parameters
    ----------
    path : str
    layer : str, optional
        As the file writes it.

    Raises
    ------
    RefusedVectorError
        Its message continues one that begins with the file's name.
    """
    if not on_disk(path) or not is_file_or_folder(path):
        raise RefusedVectorError("is no file on disk")
    suffix = Path(path).suffix.lower()
    is_right = _FORMATS.get(suffix)
    if is_right is None:
        raise RefusedVectorError(f"is of no format that is read, by its name: {KNOWN}{_advice(suffix)}")
    if not is_right(path):
        raise RefusedVectorError(f"is damaged, or not of the format that its name says ({suffix}); read are {KNOWN}")
    if suffix == ".gpkg":
        geopackages.judge(path, layer)
    elif _FORMATS[suffix] is _JSON:
        geojson_crs.judge(path)


def _advice(suffix: str) -> str:
    return "; unpack it" if suffix in (".zip", ".gz", ".tar", ".shz", ".7z") else "; convert it with ogr2ogr"


def _begins_with(*starts: bytes) -> Callable[[str], bool]:
    def is_right(path: str) -> bool:
        return Path(path).is_file() and _head(path, 64).startswith(starts)

    return is_right


def _is_text_beginning(start: bytes) -> Callable[[str], bool]:
    """Return a check of texts that begin with a regular expression, and hold nothing for other drivers."""

    def is_right(path: str) -> bool:
        if not Path(path).is_file():
            return False
        head = _head(path, HEAD_BYTES)
        plain = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x1e \t\r\n")
        return re.match(start, plain, re.I) is not None and _OTHERS.search(head) is None

    return is_right


def _is_table_of_mapinfo(path: str) -> bool:
    """Return whether a text describes a table with its own files: one of several tables would open others."""
    head = _head(path, HEAD_BYTES)
    own = re.search(rb"^\s*type\s+(native|dbf)\b", head, re.I | re.M)
    return _is_text_beginning(rb"!table")(path) and own is not None and b"isseamless" not in head.lower()


def _is_geodatabase(path: str) -> bool:
    return Path(path, "a00000001.gdbtable").is_file()


def _head(path: str, count: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise RefusedVectorError(f"cannot be read ({error.strerror})") from None


_JSON = _is_text_beginning(rb"\{")
_TABLE = _is_text_beginning(rb"[^<{]|\Z")

_FORMATS: dict[str, Callable[[str], bool]] = {
    ".gpkg": _begins_with(geopackages.HEAD),
    ".shp": _begins_with(b"\0\0\x27\x0a"),
    ".geojson": _JSON,
    ".geojsonl": _JSON,
    ".geojsons": _JSON,
    ".json": _JSON,
    ".fgb": _begins_with(b"fgb"),
    ".tab": _is_table_of_mapinfo,
    ".mif": _is_text_beginning(rb"version"),
    ".gdb": _is_geodatabase,
    ".csv": _TABLE,
    ".tsv": _TABLE,
}
"""Checks of the formats that OGR reads here, by the ending of the name."""
