"""STAC items in files: reading, validation of the parts that are used, conversion.

Source: STAC specification 1.0 and 1.1 (https://github.com/radiantearth/stac-spec), and its extensions eo, raster,
file, grid, mgrs, alternate-assets. Items are untrusted input.
"""

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.text import shortened, unfit
from landloom.sensors.inventory import entries

MOST_BYTES = 2**27
"""Largest file of items in bytes: an item of Sentinel-2 has 20 KB, so that a file may hold thousands."""

MOST_NAME = 200
"""Longest id of an item: ids appear in tables and messages."""

_USED = ("id", "collection", "properties", "geometry", "bbox", "landloom:address")
_USED_OF_ASSETS = re.compile(
    r"href|alternate|bands|eo:bands|raster:bands|file:checksum|file:size|nodata|(raster:)?(scale|offset|nodata|unit)"
)
"""Parts of items and assets that are used; the rest of thousands of items is not kept in memory."""

_FILES = re.compile(r"(?!\.).*\.(?:geo)?json", re.I)
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?", re.I)


@dataclass(frozen=True)
class Item:
    """One item.

    Attributes
    ----------
    name : str
        Its id.
    date : datetime.date
        Day of `datetime`, or of `start_datetime`, in UTC.
    time : str
        The same to the second.
    content : dict
        Content of the file, reduced to the parts that are used.
    path : str
        File that holds it.
    """

    name: str
    date: datetime.date
    time: str
    content: dict[str, Any]
    path: str

    @property
    def properties(self) -> dict[str, Any]:
        """Return its properties."""
        found: dict[str, Any] = self.content["properties"]
        return found

    def text(self, key: str) -> str:
        """Return a property as text; empty if missing."""
        value = self.properties.get(key)
        return str(value) if isinstance(value, str | int | float) else ""


def load(archive: Path) -> list[Item]:
    """Return the items of a file, or of the JSON files below a folder.

    In a folder, other JSON (catalogs, collections, metadata) is skipped.

    Raises
    ------
    InputError
        If a file cannot be read, is not JSON, or holds an invalid item.
    """
    if not archive.is_dir():
        return list(_items_of(archive, alone=True))
    return [item for _, path in entries(archive, _FILES) for item in _items_of(path)]


def _items_of(path: Path, *, alone: bool = False) -> Iterator[Item]:
    """Yield the items in a file; a file that is given ``alone`` must hold items, or an empty list."""
    content = parse(_bytes_of(path), str(path))
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        features = content.get("features")
        if not isinstance(features, list):
            raise InputError(f"{path}: is a FeatureCollection without a list of `features`")
    else:
        features = content if isinstance(content, list) else [content]
    found = [one for one in features if isinstance(one, dict) and one.get("type") == "Feature" and "assets" in one]
    if alone and features and not found:
        raise InputError(f"{path}: holds no STAC item; give an Item, a FeatureCollection of items, or a list")
    for feature in found:
        yield _item(feature, str(path))


def _bytes_of(path: Path) -> bytes:
    try:
        return read_limited(path, MOST_BYTES)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None


def parse(content: bytes, where: str) -> Any:
    """Return the content of a JSON text.

    Raises
    ------
    InputError
        If it is not JSON.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:  # also invalid UTF-8, huge numbers, nested brackets
        raise InputError(f"{where}: is not JSON ({shortened(str(error))})") from None


def _item(content: dict[str, Any], path: str) -> Item:
    """Return an item after checking the types of its parts."""
    name = content.get("id")
    if not isinstance(name, str) or not name or unfit(name) or len(name) > MOST_NAME:
        raise InputError(f"{path}: an item's `id` is {shortened(repr(name))}, not a short line of text")
    where = f"{path}: item {name}"
    assets = content["assets"]
    if not isinstance(content.get("properties"), dict):
        raise InputError(f"{where}: has no `properties`")
    if not isinstance(assets, dict) or not all(isinstance(one, dict) for one in assets.values()):
        raise InputError(f"{where}: `assets` is not a table of assets")
    moment = _moment(content["properties"], where)
    used = {key: content[key] for key in _USED if key in content}
    used["assets"] = {
        key: {name: part for name, part in asset.items() if _USED_OF_ASSETS.fullmatch(name)}
        for key, asset in assets.items()
    }
    return Item(name, moment.date(), moment.strftime("%Y-%m-%dT%H:%M:%S"), used, path)


def _moment(properties: dict[str, Any], where: str) -> datetime.datetime:
    """Return the acquisition time of an item, or its start, in UTC."""
    given = properties.get("datetime") or properties.get("start_datetime")
    found = _TIME.fullmatch(given) if isinstance(given, str) and given.isascii() else None
    if found is None:
        raise InputError(
            f"{where}: neither `datetime` nor `start_datetime` gives its time ({shortened(repr(given))} is given)"
        )
    zone = (found[3] or "Z").upper().replace("Z", "+00:00")
    try:
        return datetime.datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00:00'}{zone}").astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise InputError(f"{where}: `{given}` is not a date and time") from None
