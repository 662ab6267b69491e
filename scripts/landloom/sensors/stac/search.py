"""Search of a STAC API; the result is a file of items like a user's own.

The file records the request, the items as the API returned them, and their address, to which relative paths of assets
refer. It contains no time, so that a search with the same result writes the same bytes.
"""

import datetime
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pystac_client
import requests
from pystac_client.exceptions import APIError
from pystac_client.stac_api_io import StacApiIO
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.sensors.stac.settings import StacSearch

RETRIES = Retry(total=6, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None)
TIMEOUT_S = (20, 120)
"""Timeout in seconds of connecting, and between two parts of a response."""

MOST_BYTES = 2**26
"""Largest response in bytes: a thousand items of Sentinel-2 have 20 MB."""

MOST_ITEMS = 20_000
"""Largest number of items of a tile and year; more indicate an unintended search."""


def search(
    settings: StacSearch,
    tile: str,
    box: Sequence[float] | None,
    period: tuple[datetime.date, datetime.date],
    retries: Retry = RETRIES,
) -> dict[str, Any]:
    """Return a collection of the items of a tile and period from an API.

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
    try:
        items = sorted(_items(settings, asked, retries), key=lambda item: str(item.get("id")))
    except InputError:
        raise
    except Exception as error:  # pystac raises many types of errors for invalid responses
        reason = _status(error) + shortened(" ".join(str(error).split()) or type(error).__name__)
        raise InputError(f"{settings.url}: the search does not work ({reason}); is this the API's address?") from None
    unique = {(item.get("collection"), item.get("id")): item for item in items}
    print(f"{len(unique)} items found", file=sys.stderr)
    told = {"url": settings.url, **{key: part for key, part in asked.items() if part}}
    return {"type": "FeatureCollection", "landloom:search": told, "features": list(unique.values())}


def text_of(collection: dict[str, Any]) -> str:
    """Return a collection as JSON with one line per item."""
    head = {key: part for key, part in collection.items() if key != "features"}
    lines = ",\n".join(json.dumps(item, sort_keys=True) for item in collection["features"])
    return f'{json.dumps(head, sort_keys=True)[:-1]}, "features": [\n{lines}\n]}}\n'


def _filled(part: Any, tile: str) -> Any:
    """Return a query with its placeholders replaced by the tile."""
    if isinstance(part, dict):
        return {key: _filled(value, tile) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, tile) for value in part]
    if isinstance(part, str):
        return part.replace("{tile}", tile).replace("{mgrs}", tile.removeprefix("T"))
    return part


def _status(error: Exception) -> str:
    """Return the HTTP status of a refused request; pystac_client shows only its text."""
    code = getattr(error, "status_code", None)
    return f"{code}: " if code else ""


def _items(settings: StacSearch, asked: dict[str, Any], retries: Retry) -> Iterator[dict[str, Any]]:
    api = _WebOnly(timeout=TIMEOUT_S, max_retries=None)
    for scheme in ("http://", "https://"):
        api.session.mount(scheme, _Limited(max_retries=retries))
    client = pystac_client.Client.open(settings.url, stac_io=api)
    found = client.search(limit=settings.page, max_items=MOST_ITEMS + 1, **asked)
    for number, item in enumerate(found.items_as_dicts()):
        if number == MOST_ITEMS:
            raise InputError(f"{settings.url}: finds more than {MOST_ITEMS} items; narrow the `query` or the `boxes`")
        yield {**item, "landloom:address": _address(item) or settings.url}


def _address(item: dict[str, Any]) -> str:
    """Return the address that an item gives for itself."""
    links = item.get("links")
    own = (
        [one for one in links if isinstance(one, dict) and one.get("rel") == "self"]
        if isinstance(links, list)
        else []
    )
    href = own[0].get("href") if own else None
    return href if isinstance(href, str) and href.startswith(("http://", "https://")) else ""


class _WebOnly(StacApiIO):
    """Follows links of an API to web addresses only: a link could name a local file."""

    def read_text(self, source: Any, *args: Any, **kwargs: Any) -> str:
        href = str(getattr(source, "href", source))
        if not href.startswith(("http://", "https://")):
            raise APIError(f"a link leads to {shortened(href)}")
        return super().read_text(source, *args, **kwargs)


class _Limited(HTTPAdapter):
    """Rejects responses above a size limit."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["stream"] = True
        answer = super().send(request, *args, **kwargs)
        parts, size = [], 0
        for part in answer.iter_content(2**16):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                answer.close()
                raise requests.exceptions.InvalidSchema(f"an answer is larger than {MOST_BYTES // 2**20} MB")
        answer._content = b"".join(parts)
        return answer
