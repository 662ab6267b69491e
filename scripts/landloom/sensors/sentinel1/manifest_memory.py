"""Manifests that were read before: to read thousands of them takes longer than to plan all else."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from landloom.core.files import remember
from landloom.sensors.sentinel1.manifest import FILE, Manifest


class ManifestMemory:
    """What the manifests of an archive say, for as long as their files are the same.

    Parameters
    ----------
    path : path or None
        File of the memory; None: nothing is kept.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known = _recalled(path) if path else {}
        self._found: dict[str, list[Any]] = {}

    def of(self, product: Path, read: Callable[[], Manifest]) -> Manifest:
        """Return the manifest of a product, a folder or packed; it is read if it has not been, or has changed."""
        stamp = _stamp(product) if self._path else ""
        known = self._known.get(str(product), [""])
        if not stamp or known[0] != stamp:
            known = [stamp, *_plain(read())]
        if stamp:
            self._found[str(product)] = known
        return _of_plain(known)

    def keep(self) -> None:
        """Keep what was asked for, where it has changed."""
        if self._path and self._found != self._known:
            remember(self._path, json.dumps(self._found))


def _stamp(product: Path) -> str:
    """Return size and times of the file that holds a manifest; empty where it is not there."""
    try:
        status = (product / FILE if product.is_dir() else product).stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _recalled(path: Path) -> dict[str, list[Any]]:
    """Return what was kept; nothing where it is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        for known in found.values():
            _of_plain(known)
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return dict(found)


def _plain(one: Manifest) -> list[Any]:
    corners = [list(corner) for corner in one.footprint]
    return [one.direction, one.relative_orbit, list(one.ipf), one.processed.isoformat(), corners]


def _of_plain(known: list[Any]) -> Manifest:
    _, direction, orbit, (major, minor), processed, corners = known
    footprint = tuple((longitude, latitude) for longitude, latitude in corners)
    return Manifest(direction, orbit, (major, minor), datetime.datetime.fromisoformat(processed), footprint)
