"""STAC items as a sensor: assets are read in place, on disk or by HTTP in windows.

Not to be confused with :mod:`landloom.provenance.stac_collection`, which describes the resulting maps as items.
docs/stac.md is the user documentation.
"""

import datetime
import functools
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from landloom.core.addresses import missing, not_set
from landloom.core.digests import digest_of_text
from landloom.core.errors import InputError
from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.core.text import shortened
from landloom.sensors import processings
from landloom.sensors.acquisition import Acquisition, Mask, Product, RasterBand, Unverified
from landloom.sensors.inventory import Inventory
from landloom.sensors.processings import Processing
from landloom.sensors.stac import assets as stac_assets
from landloom.sensors.stac import items as stac_items
from landloom.sensors.stac import tiles as stac_places
from landloom.sensors.stac.items import Item
from landloom.sensors.stac.settings import StacBand, StacSettings

SECTION = StacSettings

LETTERS = {
    "coastal": "A",
    "blue": "B",
    "green": "G",
    "red": "R",
    "nir": "N",
    "nir08": "N2",
    "swir16": "S1",
    "swir22": "S2",
}
"""Standard letter in spyndex of each common name of the eo extension."""

POWER_UNIT = 1000.0
"""Number of the power 1, by which surveys of backscatter judge its values: up to 15 dB, in steps of -30 dB."""

_PRODUCT = re.compile(r"_MSIL2A_\w*_T\d{2}[A-Z]{3}_(\d{8}T\d{6})")


def find(
    settings: StacSettings, tile: str, start: datetime.date, end: datetime.date, inventory: Inventory
) -> list[Product]:
    """Return the items of a tile within a period; of each acquisition, one processing is the newest."""
    wanted = [item for item in _of_tile(settings, tile, inventory) if start <= item.date <= end]
    products = processings.newest_alone(_processing(item, settings) for item in wanted)
    names = Counter(product.name for product in products if not product.newer)
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice:
        raise InputError(f"{settings.archive}: two items of tile {tile} have the id {twice}; ids must differ")
    return products


def _of_tile(settings: StacSettings, tile: str, inventory: Inventory) -> list[Item]:
    """Return the items of a tile; items of all tiles are read and sorted once."""
    archive, key = Path(settings.archive), ("stac", settings.archive)
    items = inventory.once(key, lambda: stac_items.load(archive))
    if settings.boxes:
        return [item for item in items if stac_places.overlaps(item, settings.boxes.get(tile))]
    named = (*key, settings.tile_property, settings.tile_pattern)
    shelves = inventory.once(named, lambda: stac_places.by_name(items, settings))
    found = [*shelves.get(tile, []), *shelves.get(tile.removeprefix("T"), [])]
    return list({id(item): item for item in found}.values())


def _product(item: Item, settings: StacSettings) -> Product:
    """Return an item as a product: the parts of it that are used, and its local files."""
    # The geometry has already given the tile.
    used = {key: part for key, part in item.content.items() if key not in ("geometry", "bbox")}
    content = json.dumps(used, sort_keys=True)
    return Product(item.date, item.name, item.path, _local_files(item, settings), content)


def _local_files(item: Item, settings: StacSettings) -> tuple[str, ...]:
    """Return the local files of an item that are used; :func:`describe` reports its errors."""
    try:
        found = {one.path for one in _sources(item, settings)}
    except InputError:
        return ()
    return tuple(sorted(path for path in found if not path.startswith("/vsi") and Path(path).is_file()))


def _sources(item: Item, settings: StacSettings) -> list[RasterBand]:
    bands = [_band(item, settings, wanted)[0] for wanted in settings.bands.values()]
    mask = _mask(item, settings)
    return [*bands, mask[0].source] if mask else bands


def _sensing(item: Item) -> tuple[str, ...]:
    """Return the key of an acquisition: platform, time, and tile of the item (or its approximate position).

    Each item without platform is a separate acquisition.
    """
    if not item.text("platform"):
        return (item.name,)
    own = sorted(stac_places.own_names(item)) or [json.dumps(item.content.get("bbox"))]
    return (item.text("platform").lower(), item.time, *own)


def _strip_start(item: Item) -> str:
    return processings.start_of(item.text("s2:datastrip_id"))


def _processing(item: Item, settings: StacSettings) -> Processing:
    baseline, part = item.text("s2:processing_baseline"), _discriminator(item)
    start = functools.partial(_strip_start, item)
    return Processing(_product(item, settings), _sensing(item), _version(item), baseline, start, part)


def _discriminator(item: Item) -> str:
    """Return the discriminator of products of one sensing time, from the name of Sentinel-2's product."""
    named = _PRODUCT.search(item.text("s2:product_uri")) or _PRODUCT.search(item.name)
    return named[1] if named else ""


def _version(item: Item) -> tuple[str, ...]:
    times = [item.text(key) for key in ("version", "updated", "created")]
    return (item.text("s2:generation_time"), _discriminator(item), *times)


def describe(settings: StacSettings, sensor: str, tile: str, product: Product) -> Acquisition:
    """Return the assets of an item, scaled by the configuration, the item or its family."""
    content = json.loads(product.content)
    item = Item(product.name, product.date, "", content, product.path)
    found = {name: _band(item, settings, wanted) for name, wanted in settings.bands.items()}
    mask = _mask(item, settings)
    sources = [(one, asset) for one, asset in found.values()]
    sources += [(mask[0].source, mask[1])] if mask else []
    itself = Unverified(f"{product.path}#{product.name}", len(product.content), digest_of_text(product.content))
    remote = {one.path: _unverified(one, asset, itself) for one, asset in sources if one.path.startswith("/vsi")}
    scenes = settings.boxes or item.text("landsat:wrs_path")
    return Acquisition(
        sensor,
        tile,
        product.date,
        product.name,
        tuple((name, band) for name, (band, _) in found.items()),
        (mask[0],) if mask else (),
        masks_cover_nodata=bool(mask and mask[2]),
        cut="scene" if scenes else "unknown",
        view=_view(item, settings),
        unverified=(itself, *(remote[path] for path in sorted(remote))),
    )


def _view(item: Item, settings: StacSettings) -> str:
    """Return from where radar sees the ground: its images of one view are filtered together.

    Raises
    ------
    InputError
        If the item does not tell it, and the filter needs it.
    """
    if not settings.is_radar:
        return ""
    told = f"{item.text('sat:orbit_state')} {item.text('sat:relative_orbit')}".strip()
    if not item.text("sat:relative_orbit") and settings.reading["filter"]["method"] == "quegan_yu":
        raise InputError(
            f"{stac_assets.where(item)}: has no `sat:relative_orbit`, of which images are filtered together; choose "
            "`filter: {method: lee}` or `none`"
        )
    return told


def _band(item: Item, settings: StacSettings, wanted: str | StacBand) -> tuple[RasterBand, dict[str, Any]]:
    """Return a band and its asset."""
    found = stac_assets.place(item, wanted)
    scaling = stac_assets.scaling(item, found, settings, wanted)
    path, token_url = _opened_by(item, found.asset, found.key, settings)
    unit = POWER_UNIT if settings.is_radar else REFLECTANCE_SCALE
    band = RasterBand(
        path,
        found.number,
        scaling.scale * unit,
        scaling.offset * unit,
        scaling.nodata,
        unit=unit,
        file_scale=scaling.file_scale,
        file_offset=scaling.file_offset,
        token_url=token_url,
    )
    return band, found.asset


def _mask(item: Item, settings: StacSettings) -> tuple[Mask, dict[str, Any], bool] | None:
    """Return the mask, its asset, and whether it also covers missing pixels."""
    found = stac_assets.mask(item, settings)
    if found is None:
        return None
    rule, asset, covers_nodata = found
    path, token_url = _opened_by(item, asset, rule.asset, settings)
    return Mask.by(rule, RasterBand(path, rule.number, token_url=token_url)), asset, covers_nodata


def _opened_by(item: Item, asset: dict[str, Any], key: str, settings: StacSettings) -> tuple[str, str]:
    """Return the GDAL path of an asset, and the address of its token, if it needs one."""
    address = stac_assets.address(item, asset, key, settings.alternate)
    scheme = address.partition(":")[0].lower()
    if scheme == "s3":
        return f"/vsis3/{address[5:]}", ""
    if scheme not in ("http", "https"):
        return address, ""
    signed = settings.sign and settings.sign.signs(urlsplit(address).hostname or "")
    return f"/vsicurl/{address}", _token_url(item, settings) if signed else ""


def _token_url(item: Item, settings: StacSettings) -> str:
    assert settings.sign is not None
    url, collection = settings.sign.token_url(), item.content.get("collection")
    if "{collection}" not in url:
        return url
    if not isinstance(collection, str) or not re.fullmatch(r"[\w.-]{1,200}", collection):
        raise InputError(f"{stac_assets.where(item)}: has no `collection` to ask a token for")
    return url.replace("{collection}", collection)


def _unverified(band: RasterBand, asset: dict[str, Any], item: Unverified) -> Unverified:
    """Return the entry of a remote file: its published checksum, or the item's digest."""
    size, checksum = asset.get("file:size"), asset.get("file:checksum")
    known = isinstance(checksum, str) and re.fullmatch(r"[0-9A-Fa-f]{8,200}", checksum)
    text = checksum.lower() if known else digest_of_text(f"{band.name} {item.fingerprint}")  # type: ignore[union-attr]
    return Unverified(band.name, size if isinstance(size, int) and 0 <= size < 2**63 else 0, text)


def problems(settings: StacSettings, tiles: Sequence[str]) -> list[str]:
    """Return messages for tiles without a box if others have one, and for missing variables of the environment."""
    boxless = [tile for tile in tiles if settings.boxes and tile not in settings.boxes]
    found = [f"boxes: {shortened(boxless)} must have a box, as other tiles have"] if boxless else []
    texts = {"search.url": settings.search.url if settings.search else ""}
    texts |= {"sign": settings.sign.token_url() if settings.sign else ""}
    lacking = {key: missing(text) for key, text in texts.items()}
    return found + [f"{key}: {not_set(names)}" for key, names in lacking.items() if names]


def common_names(settings: StacSettings) -> dict[str, str]:
    """Return the standard letter of each band that has one, from the configuration or from its common name.

    Backscatter has none: standard indices are of linear quantities, and its bands are in decibels.
    """
    if settings.is_radar:
        return {}
    wanted = {name: one.asset if isinstance(one, StacBand) else one for name, one in settings.bands.items()}
    # `nir08` is Landsat's only near infrared band; together with `nir`, it is Sentinel-2's narrow one.
    letters = LETTERS if "nir" in wanted.values() else {**LETTERS, "nir08": "N"}
    return {name: letters[one] for name, one in wanted.items() if one in letters} | settings.common_names


def orbit(product: Product) -> int:
    """Return the relative orbit (for Landsat, the WRS path) of an item.

    Raises
    ------
    InputError
        If it has none.
    """
    item = Item(product.name, product.date, "", json.loads(product.content), product.path)
    named = re.search(r"_R(\d{3})_", item.text("s2:product_uri") or product.name)
    told = item.text("sat:relative_orbit") or item.text("landsat:wrs_path") or (named[1] if named else "")
    if not told.isdecimal() or len(told) > 6:
        raise InputError(f"{stac_assets.where(item)}: has no orbit; leave `orbits` out")
    return int(told)
