"""Assets of a STAC item: bands, scale, mask; defaults are those of :mod:`landloom.sensors.stac.families`."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from landloom.core.addresses import public
from landloom.core.errors import InputError
from landloom.core.paths import on_disk
from landloom.core.text import shortened, unfit
from landloom.sensors.acquisition import FileScaling, file_scaling
from landloom.sensors.stac import families
from landloom.sensors.stac.items import Item
from landloom.sensors.stac.settings import StacBand, StacMask, StacSettings

_LARGEST = 1e6
"""Largest scale and offset; beyond, 16-bit reflectances are meaningless."""

_NO_UNITS = ("1", "none", "reflectance", "unitless", "dimensionless")
_DECIBELS = ("db", "decibel", "decibels")
_LONGEST_ADDRESS = 4000


@dataclass(frozen=True)
class Scaling:
    """Reflectance = stored value * scale + offset; ``nodata`` mark missing values, beside the file's own."""

    scale: float
    offset: float
    nodata: tuple[float, ...]
    file_scale: FileScaling
    file_offset: FileScaling


@dataclass(frozen=True)
class Place:
    """Band of an item: key and content of its asset, and number in the file, from 1."""

    key: str
    asset: dict[str, Any]
    number: int


def place(item: Item, wanted: str | StacBand) -> Place:
    """Return the asset of a band: the one with that key, else the only asset with such a band.

    If several have it, one with this band only is chosen (Sentinel-2's true-colour image has red, too).

    Raises
    ------
    InputError
        If there is none, or several remain.
    """
    assets: dict[str, Any] = item.content["assets"]
    name = wanted.asset if isinstance(wanted, StacBand) else wanted
    number = wanted.number if isinstance(wanted, StacBand) else None
    if name in assets:
        return Place(name, assets[name], number or 1)
    found = [
        (Place(key, asset, number or rank), len(told))
        for key, asset in assets.items()
        for told in [_stated_bands(asset)]
        for rank, band in enumerate(told, 1)
        if name in (band.get("name"), band.get("common_name"), band.get("eo:common_name"))
    ]
    alone = [one for one in found if one[1] == 1]
    chosen = alone or found
    if len(chosen) == 1:
        return chosen[0][0]
    keys = shortened(sorted(one.key for one, _ in chosen) or sorted(assets))
    problem = f"has several assets of band `{name}`" if chosen else f"has no asset or band `{name}`"
    raise InputError(f"{where(item)}: {problem}; name one of {keys}")


def where(item: Item) -> str:
    """Return the name of an item for messages."""
    return f"{item.path}: item {item.name}"


def _stated_bands(asset: dict[str, Any], *, key: str = "") -> list[dict[str, Any]]:
    """Return the band metadata of an asset: `bands` of STAC 1.1, else `eo:bands`, else those named by `key`."""
    for name in (key,) if key else ("bands", "eo:bands"):
        told = asset.get(name)
        if isinstance(told, list) and told:
            return [one if isinstance(one, dict) else {} for one in told]
    return []


def address(item: Item, asset: dict[str, Any], key: str, alternate: str | None) -> str:
    """Return the location of an asset's file: an address (http, https, s3), or an absolute path.

    Relative locations refer to the item's file, or to its address if it was found by a search.

    Raises
    ------
    InputError
        If the asset has no location, or one that is not allowed.
    """
    others = asset.get("alternate")
    chosen = others.get(alternate) if alternate and isinstance(others, dict) else None
    href = (chosen if isinstance(chosen, dict) else asset).get("href")
    if not isinstance(href, str) or not href or unfit(href) or len(href) > _LONGEST_ADDRESS:
        raise InputError(f"{where(item)}: asset {key} has no `href` that can be used ({_shown(href)})")
    return _followed(href, item, key)


def _followed(href: str, item: Item, key: str) -> str:
    base = item.content.get("landloom:address")
    found_at = base if isinstance(base, str) and base.startswith(("http://", "https://")) else ""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", href)
    path = unquote(href[len("file://") :]) if href.lower().startswith("file:///") else href
    address = _joined(found_at, href) if found_at else href
    if address.lower().startswith(("http://", "https://", "s3://")) and _host(address):
        return address
    place = str(Path(item.path).parent / path)
    if not found_at and (scheme is None or path != href) and on_disk(place) and not unfit(path):
        return place
    raise InputError(f"{where(item)}: asset {key} lies at {_shown(href)}; only paths, http(s) and s3 are allowed")


def _shown(href: object) -> str:
    """Return what stands for an address, for messages."""
    return shortened(public(href if isinstance(href, str) else repr(href)))


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:  # malformed brackets of a host
        return ""


def _host(href: str) -> str | None:
    """Return the host of an address; None if it is not an address."""
    try:
        return urlsplit(href).hostname or ""
    except ValueError:
        return None


def scaling(item: Item, found: Place, settings: StacSettings, wanted: str | StacBand) -> Scaling:
    """Return the scaling of a band: from the configuration, else the item, else its family.

    Nodata values of the configuration and of the item hold together; that of the family where neither tells one.

    Raises
    ------
    InputError
        If it is unknown or not a number.
    """
    given = [wanted.model_dump()] if isinstance(wanted, StacBand) else []
    given += [settings.model_dump(include={"scale", "offset", "nodata"})]
    own = _first(given, ("scale", "offset"))
    if settings.is_radar:
        _check_linear(item, found)
    elif None in own.values():
        _check_unit(item, found)
    told = _stated_scaling(item, found)
    family = {"scale": 1.0, "offset": 0.0} if settings.is_radar else families.scaling(item, _names(found))
    numbers = _first([*given, told, family], ("scale", "offset"))
    if numbers["scale"] is None:
        raise InputError(f"{where(item)}: has no scale of asset {found.key}; give `scale`, as 0.0001")
    if numbers["offset"] is None and told["scale"] is None and families.is_sentinel2(item):
        raise InputError(
            f"{where(item)}: has neither offset nor processing baseline, by which Sentinel-2 has the offset -0.1 or "
            "none; give `offset`"
        )
    ignored = settings.file_scaling == "ignore"
    # An item comes before its files; these must agree with the configuration or family, or tell what neither does.
    by_item = {key: ignored or (own[key] is None and told[key] is not None) for key in own}
    return Scaling(
        numbers["scale"],
        numbers["offset"] or 0.0,
        _nodata(given, told, family),
        file_scaling(numbers["scale"], by_item["scale"]),
        file_scaling(numbers["offset"], by_item["offset"]),
    )


def _nodata(given: Sequence[Mapping[str, Any]], *others: Mapping[str, Any]) -> tuple[float, ...]:
    """Return the nodata values of the configuration and of the item, else that of the family."""
    told, family = others
    both = [_first(given, ("nodata",))["nodata"], told["nodata"]]
    values = [one for one in both if one is not None] or [one for one in [family.get("nodata")] if one is not None]
    return tuple({repr(value): value for value in values}.values())


def _first(tables: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> dict[str, Any]:
    """Return the first value of each key in several tables, None if no table has it."""
    return {key: next((one[key] for one in tables if one.get(key) is not None), None) for key in keys}


def _check_unit(item: Item, found: Place) -> None:
    """Raise if an asset holds other quantities than reflectances, whose values do not fit into the stored range."""
    unit = _unit(found)
    if unit and unit.lower() not in _NO_UNITS:
        raise InputError(
            f"{where(item)}: asset {found.key} is in {shortened(unit)}, and values up to 3.2767 are stored; "
            "give a `scale` and `offset` of the band that bring it into this range"
        )


def _check_linear(item: Item, found: Place) -> None:
    """Raise if an asset says that it holds decibels, where linear power is wanted."""
    unit = _unit(found)
    if unit.lower() in _DECIBELS:
        raise InputError(
            f"{where(item)}: asset {found.key} is in {shortened(unit)}, where `backscatter: power` wants linear power"
        )


def _unit(found: Place) -> str:
    """Return the unit that an item states of a band; empty if none."""
    units = [value for one in _tables(found) for value in _first([one], ("raster:unit", "unit")).values() if value]
    return str(units[0]) if units else ""


def _tables(found: Place) -> list[dict[str, Any]]:
    """Return the tables of an item that may give a band's scaling, the most specific first."""
    stated_bands = [_stated_bands(found.asset, key=key) for key in ("bands", "raster:bands")]
    return [bands[found.number - 1] for bands in stated_bands if found.number <= len(bands)] + [found.asset]


def _stated_scaling(item: Item, found: Place) -> dict[str, float | None]:
    """Return scale, offset and nodata from an item, for the band or the whole asset."""
    tables = _tables(found)
    told: dict[str, float | None] = {}
    for key in ("scale", "offset", "nodata"):
        both = [value for table in tables for value in _first([table], (f"raster:{key}", key)).values()]
        given = next((value for value in both if value is not None), None)
        told[key] = None if given is None else _number(given, key, item, found.key)
    if families.offset_is_applied(item):
        told["offset"] = 0.0
    return told


def _names(found: Place) -> list[str]:
    """Return what a band is called: key of its asset, name and common name."""
    stated = _stated_bands(found.asset)
    band = stated[found.number - 1] if found.number <= len(stated) else {}
    told = [found.key, *(band.get(key) for key in ("name", "common_name", "eo:common_name"))]
    return [one for one in told if isinstance(one, str)]


def _number(given: Any, key: str, item: Item, asset: str) -> float:
    """Return a number of an item; the raster extension writes some nodata values as text."""
    special = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
    if key == "nodata" and isinstance(given, str) and given in special:
        return special[given]
    if isinstance(given, bool) or not isinstance(given, int | float) or not _sane(given, key):
        raise InputError(
            f"{where(item)}: `{key}` of asset {asset} is {shortened(repr(given))}, not a plausible scaling"
        )
    return float(given)


def _sane(number: float, key: str) -> bool:
    return abs(number) < 1e300 if key == "nodata" else abs(number) <= _LARGEST and (key != "scale" or number != 0)


def mask(item: Item, settings: StacSettings) -> tuple[StacMask, dict[str, Any], bool] | None:
    """Return the mask of an item, its asset, and whether it also covers missing pixels; None: no mask.

    Raises
    ------
    InputError
        If the asset is missing.
    """
    assets: dict[str, Any] = item.content["assets"]
    if settings.mask == "none" or (settings.mask == "auto" and settings.is_radar):
        return None
    if isinstance(settings.mask, StacMask):
        if settings.mask.asset not in assets:
            raise InputError(
                f"{where(item)}: has no asset `{settings.mask.asset}` (`mask`); it has {shortened(sorted(assets))}"
            )
        return settings.mask, assets[settings.mask.asset], False
    rules = families.masks(item)
    known = [(key, rules[key.lower()]) for key in sorted(assets, reverse=True) if key.lower() in rules]
    if not known:
        raise InputError(
            f"{where(item)}: has no asset scl, qa_pixel or Fmask (of HLS); name the cloud mask (`mask`), or `none`"
        )
    key, rule = known[0]
    return StacMask(asset=key, **rule), assets[key], True
