"""Descriptions of a tile's acquisitions, written by the survey for the jobs that read them.

``acquisitions.json`` lists the files and bands of each used acquisition, their scaling, and the rules of its masks.
An archive is thus listed, and its metadata are read, only once.

Addresses with a query or a user name (such as signed addresses of STAC items) are passwords: they are not stored, but
looked up in their item when they are needed.
"""

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from landloom.core import addresses
from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.core.files import REMAKE, is_file_or_folder, read_limited, write_text
from landloom.sensors.acquisition import Acquisition, Mask, MosaicFile, RasterBand, Unverified

FILE = "acquisitions.json"
MOST_BYTES = 2**28
_ITEM = "item"
"""Key of a band whose address is withheld: the file of the item that contains it."""


def write(acquisitions: Sequence[Acquisition], path: Path | str) -> None:
    """Write acquisitions.json."""
    content: dict[str, list[dict[str, Any]]] = {}
    for one in acquisitions:
        content.setdefault(one.sensor, []).append(_without_secrets(one))
    write_text(path, json.dumps(content, indent=1) + "\n")


def read(path: Path | str, sensors: Sequence[str]) -> dict[str, list[Acquisition]]:
    """Read the acquisitions of some sensors; sensors without products of the tile have none.

    Raises
    ------
    InputError
        If the file does not describe them, or one of their files is no longer in the archive.
    """
    items: dict[str, dict[str, str]] = {}
    try:
        content = json.loads(read_limited(path, MOST_BYTES))
        found = {sensor: [_acquisition(one, items) for one in content.get(sensor, [])] for sensor in sensors}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: does not describe the acquisitions of a tile ({error}); {REMAKE}") from None
    for acquisitions in found.values():
        _check_present(acquisitions)
    return found


def _check_present(acquisitions: Sequence[Acquisition]) -> None:
    present: dict[str, bool] = {}
    for one in acquisitions:
        for file in one.files:
            if not present.setdefault(file, is_file_or_folder(file)):
                raise InputError(
                    f"sensors.{one.sensor}: {file} of tile {one.tile} was removed from the archive after the survey"
                )


def fingerprint(acquisition: Acquisition) -> str:
    """Digest how an acquisition is read, independently of the paths of its files."""

    def named(band: RasterBand) -> list[Any]:
        content = dataclasses.asdict(band)
        return [content.pop("path").rpartition("/")[2].partition("?")[0], content.pop("token_url") != "", content]

    masks = [(named(mask.source), {**dataclasses.asdict(mask), "source": None}) for mask in acquisition.masks]
    bands = [(name, named(band)) for name, band in acquisition.bands]
    mosaic = [[named(source) for source in one.sources] for one in acquisition.mosaic]
    how = acquisition.masks_cover_nodata, acquisition.cut, acquisition.view, mosaic
    return digest([acquisition.date, bands, masks, *how])


def _without_secrets(acquisition: Acquisition) -> dict[str, Any]:
    """Return an acquisition as plain values, without the signatures of addresses."""
    content = dataclasses.asdict(acquisition) | {"date": acquisition.date.isoformat()}
    item = acquisition.unverified[0].name.rpartition("#")[0] if acquisition.unverified else ""
    bands = [*(band for _, band in content["bands"]), *(mask["source"] for mask in content["masks"])]
    for band in [*bands, *(band for one in content["mosaic"] for band in one.values() if band)]:
        if band["path"] != _bare(band["path"]):
            band.update(path=_bare(band["path"]), **{_ITEM: item})
    return content


def _bare(path: str) -> str:
    """Return the path of a file; addresses of remote files are stripped of possible passwords."""
    if not path.startswith("/vsicurl/"):
        return path
    return addresses.public(path)


def _acquisition(content: Mapping[str, Any], items: dict[str, dict[str, str]]) -> Acquisition:
    return Acquisition(
        content["sensor"],
        content["tile"],
        datetime.date.fromisoformat(content["date"]),
        content["product"],
        tuple((name, _band(band, items)) for name, band in content["bands"]),
        tuple(_mask(mask, items) for mask in content["masks"]),
        content["masks_cover_nodata"],
        tuple(content["metadata"]),
        content["cut"],
        tuple(Unverified(**one) for one in content["unverified"]),
        view=content["view"],
        mosaic=tuple(
            MosaicFile(_band(one["values"], items), _band(one["scales"], items) if one["scales"] else None)
            for one in content["mosaic"]
        ),
    )


def _mask(content: Mapping[str, Any], items: dict[str, dict[str, str]]) -> Mask:
    values = {key: tuple(content[key]) for key in ("invalid_values", "valid_values")}
    return Mask(_band(content["source"], items), content["invalid_bits"], **values)


def _band(content: Mapping[str, Any], items: dict[str, dict[str, str]]) -> RasterBand:
    """Return a band whose address has the signature of its item."""
    plain = {key: value for key, value in content.items() if key != _ITEM} | {"nodata": tuple(content["nodata"])}
    if item := content.get(_ITEM):
        if item not in items:
            items[item] = _signed_addresses(item)
        if plain["path"] not in items[item]:
            address = plain["path"].removeprefix("/vsicurl/")
            raise InputError(f"{item}: no longer contains the address {address}; {REMAKE}")
        plain["path"] = items[item][plain["path"]]
    return RasterBand(**plain)


def _signed_addresses(item: str) -> dict[str, str]:
    """Return the GDAL paths of the addresses in a file of items, by address without signature."""
    try:
        content = json.loads(read_limited(item, MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{item}: cannot be read ({error})") from None
    found = [f"/vsicurl/{address}" for address in _addresses(content, "")]
    return {_bare(address): address for address in found}


def _addresses(content: Any, base: str) -> Iterator[str]:
    """Yield every address below a part of an item."""
    if isinstance(content, dict):
        base = str(content.get("landloom:address") or base)
        if isinstance(href := content.get("href"), str):
            yield urljoin(base, href) if base else href
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    for part in parts:
        yield from _addresses(part, base)
