"""Search of a STAC API; the result is a file of items like a user's own.

The file records the request, the items as the API returned them, and their address, to which relative paths of assets
refer. It contains no time, so that a search with the same result writes the same bytes, and no secret: addresses are
kept without signatures and passwords.
"""

import datetime
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from landloom.core import addresses
from landloom.core.errors import InputError
from landloom.core.files import whole
from landloom.core.text import shortened
from landloom.sensors.stac.connection import Connection, Limits
from landloom.sensors.stac.items import MOST_BYTES
from landloom.sensors.stac.settings import StacSearch

LIMITS = Limits()

MOST_ITEMS = 20_000
"""Largest number of items of a tile and year; more indicate an unintended search."""


class Found:
    """What a search found: a line of JSON of each item, which takes a fifth of the memory of the item.

    Parameters
    ----------
    head : dict
        What stands in the file beside the items.
    """

    def __init__(self, head: Mapping[str, Any]) -> None:
        self._head = head
        self._lines: dict[tuple[str, str], str] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, item: Mapping[str, Any]) -> bool:
        """Add an item, in place of one with the same id; return whether it is new.

        Raises
        ------
        InputError
            If the items become larger than what the survey reads.
        """
        line = json.dumps(_without_secrets(item), sort_keys=True)
        key = str(item.get("id")), str(item.get("collection"))
        self._size += len(line) - len(self._lines.get(key, ""))
        if self._size > MOST_BYTES:
            raise InputError(f"finds items of more than {MOST_BYTES // 2**20} MB; narrow the `query` or the `boxes`")
        is_new = key not in self._lines
        self._lines[key] = line
        return is_new

    def write(self, path: Path | str) -> None:
        """Write the items as a FeatureCollection with one line per item, in the order of their ids."""
        with whole(path) as temporary, temporary.open("w", encoding="utf-8") as file:
            file.write(f'{json.dumps(self._head, sort_keys=True)[:-1]}, "features": [\n')
            for number, key in enumerate(sorted(self._lines)):
                file.write(f"{',' * bool(number)}{chr(10) * bool(number)}{self._lines[key]}")
            file.write("\n]}\n")


def search(
    settings: StacSearch,
    tile: str,
    box: Sequence[float] | None,
    period: tuple[datetime.date, datetime.date],
    limits: Limits = LIMITS,
) -> Found:
    """Return the items of a tile and period from an API.

    Parameters
    ----------
    box : list of float or None
        West, south, east, north in degrees; items must intersect it.

    Raises
    ------
    InputError
        If the API's response is invalid, or it finds too many items.
    """
    asked = {
        "collections": list(settings.collections),
        "datetime": f"{period[0]}T00:00:00Z/{period[1]}T23:59:59Z",
        "bbox": list(box) if box else None,
        "query": _filled(settings.query, tile) or None,
    }
    told = {"url": settings.url, **{key: part for key, part in asked.items() if part}}
    found = Found({"type": "FeatureCollection", "landloom:search": told})
    api = Connection(settings.url, limits)
    try:
        _collect(settings, asked, api, found)
    except InputError as error:
        raise InputError(f"{addresses.public(settings.url)}: {error}") from None
    except Exception as error:  # pystac raises many types of errors for invalid responses
        raise InputError(f"{addresses.public(settings.url)}: {_problem(error, api)}") from None
    print(f"{len(found)} items found", file=sys.stderr)
    return found


def _filled(part: Any, tile: str) -> Any:
    """Return a query with its placeholders replaced by the tile."""
    if isinstance(part, dict):
        return {key: _filled(value, tile) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, tile) for value in part]
    if isinstance(part, str):
        return part.replace("{tile}", tile).replace("{mgrs}", tile.removeprefix("T"))
    return part


def _problem(error: Exception, api: Connection) -> str:
    """Return what is wrong with a search; pystac_client shows only the text of a refused request."""
    code = getattr(error, "status_code", None)
    if code in (401, 403):
        key = "is the key in `url` right?" if api.secrets else "does `url` need a key (docs/stac.md)?"
        return f"HTTP status {code}, the server denies access; {key}"
    text = api.without_secrets(" ".join(str(error).split())) or type(error).__name__
    return f"the search does not work ({f'{code}: ' if code else ''}{shortened(text)}); is this the API's address?"


def _collect(settings: StacSearch, asked: Mapping[str, Any], api: Connection, found: Found) -> None:
    """Add all items that an API finds."""
    result = api.client().search(limit=settings.page, max_items=MOST_ITEMS + 1, **asked)
    for page in result.pages_as_dicts():
        several = [_with_address(item, settings.url) for item in page["features"]]
        if sum(map(found.add, several)) == 0:
            raise InputError("gives items that it has given before, again and again; is this the API's address?")
        if len(found) > MOST_ITEMS:
            raise InputError(f"finds more than {MOST_ITEMS} items; narrow the `query` or the `boxes`")


def _with_address(item: Mapping[str, Any], url: str) -> dict[str, Any]:
    return {**item, "landloom:address": _address(item) or addresses.public(url)}


def _address(item: Mapping[str, Any]) -> str:
    """Return the address that an item gives for itself."""
    links = item.get("links")
    own = (
        [one for one in links if isinstance(one, dict) and one.get("rel") == "self"]
        if isinstance(links, list)
        else []
    )
    href = own[0].get("href") if own else None
    return href if isinstance(href, str) and href.startswith(("http://", "https://")) else ""


def _without_secrets(part: Any) -> Any:
    """Return a part of an item with its addresses as they may be stored."""
    if isinstance(part, Mapping):
        return {key: _without_secrets(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_without_secrets(value) for value in part]
    return addresses.stored(part) if isinstance(part, str) else part
