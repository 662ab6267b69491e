"""Scaling in the metadata of a Landsat product (MTL, as .txt, .json or .xml)."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.sensors.product_files import Members
from landloom.sensors.xml import parse_xml

REFLECTANCE = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"
TEMPERATURE = "LEVEL2_SURFACE_TEMPERATURE_PARAMETERS"

LARGEST_NUMBER = 1e6
"""Largest scale and offset; beyond, 16-bit reflectances are meaningless."""

_FORMATS = ("txt", "json", "xml")


def name_of(members: Members) -> str | None:
    """Return the name of the metadata file within a product, the first of several formats; None if there is none."""
    for form in _FORMATS:
        found = [name for name in members.names if name.endswith(f"_MTL.{form}")]
        if found:
            return members.only(found, f"metadata MTL.{form}")
    return None


def groups(members: Members, name: str) -> dict[str, dict[str, str]]:
    """Return the metadata groups with the scaling of Level 2.

    Groups of Level 1 have the same keys with other numbers.

    Raises
    ------
    InputError
        If the file is not such metadata.
    """
    text, where = members.text(name), f"{members.position}: {name}"
    if name.endswith(".txt"):
        found = _of_text(text)
    elif name.endswith(".json"):
        found = _of_json(text, where)
    else:
        found = {group.tag: {key.tag: key.text or "" for key in group} for group in parse_xml(text, where)}
    if REFLECTANCE not in found:
        raise InputError(f"{where}: has no group {REFLECTANCE}; is it of a Collection 2 Level-2 product?")
    return found


def _of_text(text: str) -> dict[str, dict[str, str]]:
    """Read groups from ``GROUP = name``, ``key = value``, ``END_GROUP = name``."""
    found: dict[str, dict[str, str]] = {}
    group: dict[str, str] = {}
    for line in text.splitlines():
        key, _, value = (part.strip() for part in line.partition("="))
        if key == "GROUP":
            group = found.setdefault(value, {})
        elif key != "END_GROUP":
            group[key] = value.strip('"')
    return found


def _of_json(text: str, where: str) -> dict[str, dict[str, str]]:
    try:
        content: Any = json.loads(text)["LANDSAT_METADATA_FILE"]
        return {group: {key: str(value) for key, value in keys.items()} for group, keys in content.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{where}: is not the metadata of a Landsat product ({shortened(str(error))})") from None


def number(group: Mapping[str, str], key: str, where: str) -> float:
    """Return a number of a group.

    Raises
    ------
    InputError
        If it is missing or implausible.
    """
    text = group.get(key, "")
    plain = re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?", text)
    try:
        value = float(text) if plain else math.nan
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST_NUMBER:
        raise InputError(f"{where}: {key} is {shortened(repr(text))}, not a plausible scaling")
    return value
