"""Licences of what a map is made of, and the lines by which its makers are to be named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Credit:
    """What the maker of a source asks for.

    Attributes
    ----------
    sensor : str
    licence, attribution : str
        Empty where the configuration tells none.
    """

    sensor: str
    licence: str
    attribution: str


def of_configuration(configuration: Mapping[str, Any]) -> list[Credit]:
    """Return the credits of a configuration's sensors, of those that tell a licence or a line."""
    found = [
        Credit(name, str(section.get("licence") or ""), str(section.get("attribution") or ""))
        for name, section in (configuration.get("sensors") or {}).items()
    ]
    return [one for one in found if one.licence or one.attribution]
