"""Inventory of archives: files and folders by name, and their tiles."""

import datetime
import os
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from glob import escape, glob
from pathlib import Path
from typing import Any, TypeVar

from landloom.core.errors import InputError

SEARCH_DEPTH = 3
MOST_LISTED = 20_000
"""Files of an archive that are looked at where a pattern finds none; of more, nothing is told."""

_STYLES = ("%Y%m%d", "%Y-%m-%d", "%Y_%m_%d", "%Y%j", "%d%m%Y", "%d-%m-%Y", "%y%m%d")
_ANY, _DIGITS = "[^/]+", r"\d[\d-]*\d"
_SHOWN = 8

Found = TypeVar("Found")
Entry = tuple[re.Match[str], Path]
"""Match of a name in an archive, and its path."""


def entries(folder: Path, pattern: re.Pattern[str], depth: int = SEARCH_DEPTH) -> Iterator[Entry]:
    """Find files and folders whose name matches, sorted; matching folders are not searched.

    Raises
    ------
    InputError
        If the folder cannot be listed.
    """
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"archive {folder}: cannot be listed ({error.strerror})") from None
    for entry in found:
        match = pattern.fullmatch(entry.name)
        if match:
            yield match, Path(entry.path)
        elif depth > 1 and _is_folder(entry) and not entry.name.startswith("."):
            yield from entries(Path(entry.path), pattern, depth - 1)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


class Inventory:
    """Content of archives by tile; each archive is listed once for all tiles and years.

    Parameters
    ----------
    tiles : collection of str
        Tiles of later requests. Without them, :meth:`files` lists only what is requested.
    memory : path or None
        Folder in which families keep what they read of products, for the next inventory.
    """

    def __init__(self, tiles: Collection[str] = (), memory: Path | None = None) -> None:
        self._tiles, self.memory = frozenset(tiles), memory
        self._shelves: dict[tuple[Path, re.Pattern[str]], dict[str, list[Entry]]] = {}
        self._files: dict[tuple[Path, str], dict[str, list[str]]] = {}
        self._others: dict[Hashable, Any] = {}

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Return the result of a function, which is called only the first time."""
        if key not in self._others:
            self._others[key] = find()
        found: Found = self._others[key]
        return found

    def entries(self, folder: Path, pattern: re.Pattern[str], tile: str) -> list[Entry]:
        """Return a tile's entries, sorted: the group ``tile`` of the name, or the folder, is the tile's name.

        Raises
        ------
        InputError
            If the folder cannot be listed.
        """
        key = (folder, pattern)
        if key not in self._shelves:
            self._shelves[key] = _by_tile(entries(folder, pattern))
        return self._shelves[key].get(tile, [])

    def files(self, folder: Path, pattern: str, tile: str) -> list[str]:
        """Return the files that match a shell pattern with the placeholder ``{tile}``, sorted.

        They may include files of another tile whose name contains that of the tile.
        """
        if tile not in self._tiles or "{tile}" not in pattern:
            return _glob(folder, pattern, escape(tile))
        key = (folder, pattern)
        if key not in self._files:
            self._files[key] = _by_part(_glob(folder, pattern, "*"), self._tiles)
        return self._files[key].get(tile, [])


def _glob(folder: Path, pattern: str, tile: str) -> list[str]:
    return sorted(glob(pattern.replace("{tile}", tile), root_dir=folder))  # noqa: PTH207 - Path.glob cannot escape


def _by_part(names: Iterable[str], parts: Collection[str]) -> dict[str, list[str]]:
    """Sort names by the parts that they contain, in a time independent of the number of parts."""
    lengths = sorted({len(part) for part in parts})
    found: dict[str, list[str]] = {}
    for name in names:
        pieces = {name[start : start + length] for length in lengths for start in range(len(name) - length + 1)}
        for part in pieces.intersection(parts):
            found.setdefault(part, []).append(name)
    return found


def _by_tile(found: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Sort entries by the tile in their name or folder."""
    shelves: dict[str, list[Entry]] = {}
    for match, path in found:
        for tile in {match["tile"], path.parent.name}:
            shelves.setdefault(tile, []).append((match, path))
    return shelves


def refuse_misplaced(path: Path, tile: str) -> None:
    """Raise if a tile's own folder holds a product of another tile; elsewhere such products are ignored."""
    if path.parent.name == tile:
        raise InputError(f"product {path}: is in the folder of {tile}, but of another tile")


def parse_date(text: str, style: str = "%Y%m%d") -> datetime.date | None:
    """Return the date in a name, or None."""
    try:
        if style == "%Y%m%d" and re.fullmatch("[0-9]{8}", text):
            return datetime.date.fromisoformat(text)  # 20 times as fast as strptime: matters for archives
        return datetime.datetime.strptime(text, style).date()
    except (ValueError, OverflowError):
        return None


def foreign(archive: str, pattern: str) -> str:
    """Return a message where an archive has files, and none of them is of a pattern, whatever the tile and date."""
    names = _listed(Path(archive))
    if not names or _matches(pattern, names, _ANY):
        return ""
    return f"no file in {archive} is of `{pattern}`: it has {_files(names)}"


def told(archive: str, pattern: str, style: str) -> str:
    """Return what an archive holds, for who wonders why nothing was found: files, their tiles and years.

    Parameters
    ----------
    archive : str
    pattern : str
        Of files, with ``{tile}`` and ``{date}``.
    style : str
        Format of dates.
    """
    names = _listed(Path(archive))
    found = next(filter(None, (_matches(pattern, names, date) for date in (_DIGITS, _ANY))), [])
    if not found:
        return f"It has {_files(names)}, none of `{pattern}`." if names else ""
    parts = [match.groupdict() for match in found]
    tiles = sorted({part["tile"] for part in parts if "tile" in part})
    texts = [part["date"] for part in parts if "date" in part]
    dates = [parse_date(text, style) for text in texts]
    words = [f"It has {_files([match[0] for match in found])}, of `{pattern}`"]
    words += [f"tiles found: {_some(tiles)}"] if tiles else []
    words += [f"years found: {_some(sorted({str(date.year) for date in dates if date}))}"] if any(dates) else []
    if texts and not any(dates):
        other = next((one for one in _STYLES if parse_date(texts[0], one)), None)
        remedy = f"give `date_format: '{other}'`" if other else "give `date_format`"
        words.append(f"`{texts[0]}` is no date by `date_format: {style}`; {remedy}")
    return "; ".join(words) + "."


def _listed(archive: Path) -> list[str]:
    """Return the files of an archive by their paths in it; none of an archive with too many."""
    found = []
    for folder, folders, names in os.walk(archive):
        folders.sort()
        found += [os.path.relpath(f"{folder}/{name}", archive) for name in sorted(names) if name[0] != "."]
        if len(found) > MOST_LISTED:
            return []
    return found


def _matches(pattern: str, names: list[str], date: str) -> list[re.Match[str]]:
    """Return the files of a pattern of any tile and band, with dates of an expression."""
    text, named = "", set()
    for part in re.split(r"(\{tile\}|\{band\}|\{date\}|\*)", pattern):
        name = part[1:-1]
        if part in ("{tile}", "{date}"):
            text += f"(?P={name})" if name in named else f"(?P<{name}>{date if name == 'date' else _ANY})"
            named.add(name)
        else:
            text += "[^/]*?" if part in ("{band}", "*") else re.escape(part)
    return list(filter(None, map(re.compile(text).fullmatch, names)))


def _files(names: list[str]) -> str:
    number = len(names)
    return f"{number} files, such as {names[0]}" if number > 1 else f"one file, {names[0]}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
