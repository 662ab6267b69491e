"""Spectral indices by name, with the formulas of spyndex.

Only the catalogue files of spyndex are read: importing the package loads requests and more, at 50 times the cost.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from landloom.core.errors import InputError
from landloom.features.formulas import Formula, brightness, formula

BRIGHTNESS = "brightness"
"""The Euclidean norm of all bands, as in iota2; spyndex has no index of arbitrary bands."""

USUAL = ("NDVI", "NDMI", BRIGHTNESS)
"""Default indices of sensors with the necessary bands."""


@dataclass(frozen=True)
class Index:
    """A spectral index.

    Attributes
    ----------
    name : str
    formula : str
        Formula in standard letters of bands; empty for the brightness.
    letters : tuple of str
        Necessary bands.
    constants : dict of str: float
    """

    name: str
    formula: str
    letters: tuple[str, ...]
    constants: Mapping[str, float]

    def of_bands(self, positions: Mapping[str, int], bands: int) -> Formula:
        """Return its formula, given the position of each standard letter among a sensor's bands, and their number.

        Raises
        ------
        InputError
            If the formula contains unsupported elements.
        """
        if self.name == BRIGHTNESS:
            return brightness(self.name, bands)
        try:
            used = {letter: positions[letter] for letter in self.letters}
            return formula(self.name, self.formula, used, self.constants)
        except InputError as error:
            raise InputError(f"features.indices: {self.name}: {error}") from None


def lookup(name: str) -> Index:
    """Return an index by its name.

    Raises
    ------
    InputError
        If spyndex does not know it, or if it needs more than bands and constants.
    """
    if name == BRIGHTNESS:
        return Index(name, "", (), {})
    known = _read("spectral-indices-dict")["SpectralIndices"]
    entry = known.get(name)
    if entry is None:
        close = get_close_matches(name, [BRIGHTNESS, *known], 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise InputError(f"features.indices: spyndex has no index `{name}`{hint}")
    bands = {letter for letter in entry["bands"] if letter in _read("bands")}
    constants = {}
    for symbol in sorted(set(entry["bands"]) - bands):
        default = _read("constants").get(symbol, {}).get("default")
        if default is None:
            raise InputError(f"features.indices: {name} needs `{symbol}`, which is neither a band nor a constant")
        constants[symbol] = float(default)
    return Index(name, entry["formula"].replace(" ", ""), tuple(sorted(bands)), constants)


def standard_letters() -> list[str]:
    """Return the letters of bands that formulas of indices know."""
    return sorted(_read("bands"))


@cache
def _read(name: str) -> dict[str, Any]:
    """Read a file of spyndex's catalogue."""
    package = find_spec("spyndex")
    assert package is not None
    assert package.origin is not None
    found: dict[str, Any] = json.loads(
        (Path(package.origin).parent / "data" / f"{name}.json").read_text(encoding="utf-8")
    )
    return found


def check_indices(names: Sequence[str], letters_of_sensors: Mapping[str, Mapping[str, str]]) -> None:
    """Raise if indices are unknown, or no sensor has their bands; the message has a line for each.

    Parameters
    ----------
    letters_of_sensors : dict of sensor: (dict of band: standard letter)
    """
    problems = []
    for name in names:
        try:
            needed = set(lookup(name).letters)
        except InputError as error:
            problems.append(str(error))
            continue
        if not any(needed <= set(letters.values()) for letters in letters_of_sensors.values()):
            problems.append(
                f"features.indices: {name} needs the bands {sorted(needed)}, which no sensor has; "
                "name them in `common_names`, or choose other `features.indices`"
            )
    if problems:
        raise InputError("\n".join(problems))


def chosen(names: Sequence[str] | None, letters: Collection[str]) -> tuple[Index, ...]:
    """Return the indices of a sensor: the configured or else the default ones for which it has the bands.

    Parameters
    ----------
    names : sequence of str or None
        As in the configuration.
    letters : collection of str
        Standard letters of the sensor's bands; without any, there are no default indices.
    """
    usual = USUAL if letters else ()
    wanted = [lookup(name) for name in (usual if names is None else names)]
    return tuple(index for index in wanted if set(index.letters) <= set(letters))
