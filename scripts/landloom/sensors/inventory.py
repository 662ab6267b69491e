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
