"""Families of STAC items: the scaling and the masks that items of well-known collections mean without saying so.

Reflectance = stored value * scale + offset. Sentinel-2 needs care (Sentinel-2 Products Specification Document): since
processing baseline 04.00 products have an offset of -1000, which

- Earth Search has removed from the pixels if it says ``earthsearch:boa_offset_applied: true``, though many of its
  items give the offset nevertheless (Element84/earth-search, issues 66 and 71): it must not be removed again;
- Planetary Computer leaves in the pixels, undocumented in the item (microsoft/PlanetaryComputer, issue 134): the
  baseline decides.
"""

import re
from collections.abc import Collection
from typing import Any

from landloom.sensors.stac.items import Item

_OFFSET_APPLIED = ("earthsearch:boa_offset_applied", "sentinel:boa_offset_applied")
_OFFSET_SINCE, _BOA_OFFSET = (4, 0), -0.1
"""Processing baseline of Sentinel-2 since which reflectances carry an offset, and that offset."""

_MASKS: dict[str, dict[str, Any]] = {
    "scl": {"invalid_values": [0, 1, 3, 8, 9, 10]},
    "qa_pixel": {"invalid_bits": [0, 1, 2, 3, 4]},
    "fmask": {"invalid_bits": [0, 1, 2, 3], "invalid_values": [255]},
}
"""Rules of invalid pixels for masks with their usual names (in any case): Sen2Cor's scene classes, bits of
Landsat Collection 2 and of HLS; as in the types `sentinel2_sen2cor`, `landsat_c2`, `hls`. All include nodata."""

_NO_REFLECTANCE = re.compile(
    r"aot|wvp|scl|cld|snw|visual|tci|preview|overview|thumbnail|lwir\d*|tirs?\d*|thermal|st_\w+|[tud]rad|atran|emis|emsd"
    r"|cdist|[sv][az]a|qa\w*|fmask|\w+_(?:aerosol|opacity|qa)"
)
"""Assets and bands of the known families, in any case, that hold temperatures, angles, pictures or classes."""


def scaling(item: Item, names: Collection[str]) -> dict[str, float]:
    """Return scale, offset and nodata of reflectances of well-known families, whose items do not always give them.

    Parameters
    ----------
    item : Item
    names : collection of str
        Of a band: key of its asset, name and common name. The result is empty where they tell another quantity.
    """
    platform, collection = item.text("platform").lower(), _collection(item)
    if _is_no_reflectance(item, names):
        return {}
    if _is_hls(item):
        return {"scale": 0.0001, "offset": 0.0, "nodata": -9999.0}
    if is_sentinel2(item):
        return {"scale": 0.0001, "nodata": 0.0} | _baseline_offset(item)
    if platform.startswith("landsat") and "c2" in collection and "l2" in collection:
        return {"scale": 0.0000275, "offset": -0.2, "nodata": 0.0}
    return {}


def masks(item: Item) -> dict[str, dict[str, Any]]:
    """Return the rules of masks by the usual names of their assets; others' Fmask than that of HLS has no bits."""
    return {name: rule for name, rule in _MASKS.items() if name != "fmask" or _is_hls(item)}


def offset_is_applied(item: Item) -> bool:
    """Return whether an item says that the offset of Sentinel-2 is no longer in its numbers."""
    return any(item.properties.get(key) is True for key in _OFFSET_APPLIED)


def _collection(item: Item) -> str:
    return str(item.content.get("collection") or "").lower()


def _is_no_reflectance(item: Item, names: Collection[str]) -> bool:
    """Return whether a band of a well-known family holds another quantity, by its names."""
    plain = {re.split(r"[.-]", name)[0].lower() for name in names}
    thermal = "l30" in _collection(item) and not plain.isdisjoint(("b10", "b11"))  # of HLS, those of Landsat
    return thermal or any(map(_NO_REFLECTANCE.fullmatch, plain))


def _is_hls(item: Item) -> bool:
    return _collection(item).startswith("hls") or item.name.startswith("HLS.")


def is_sentinel2(item: Item) -> bool:
    """Return whether an item is of Sentinel-2."""
    return "s2:processing_baseline" in item.properties or item.text("platform").lower().startswith("sentinel-2")


def _baseline_offset(item: Item) -> dict[str, float]:
    """Return the offset from the processing baseline: from a property, else from the product's name."""
    texts = (item.text("s2:processing_baseline"), item.text("processing:version"))
    names = (item.text("s2:product_uri"), str(item.content["id"]))
    found = [re.fullmatch(r"(\d\d)\.(\d\d)", text) for text in texts]
    found += [re.search(r"_MSIL2A_.*_N(\d\d)(\d\d)_", name) for name in names]
    for parts in filter(None, found):
        return {"offset": _BOA_OFFSET if (int(parts[1]), int(parts[2])) >= _OFFSET_SINCE else 0.0}
    return {}
