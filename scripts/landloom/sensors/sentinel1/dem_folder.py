"""Folders of an elevation model: which of their files hold heights, and which may be those of a place.

Only the standard library is used: folders are listed while Snakemake plans, so that new or changed heights are
noticed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.sensors.sentinel1.nearby import Box

SUFFIXES = (".hgt", ".tif", ".tiff", ".vrt")
_NOT_HEIGHTS = re.compile(r"_(ACM|AM2|AMP|COM|COV|EDM|FLM|HEM|LSM|NUM|WAM|WBM)\.tiff?$", re.I)
"""Beside the heights, tiles of Copernicus and TanDEM-X have masks of editing, filling, errors and water, those of
ASTER numbers of scenes."""

_DEGREES = re.compile(r"([NS])(\d\d)(?:_\d\d)?_?([EW])(\d\d\d)", re.I)
"""The lower left corner of a tile: N45E001.hgt, Copernicus_DSM_COG_10_N45_00_E001_00_DEM.tif."""

_OF_ONE_DEGREE = re.compile(r"Copernicus_.*|[NS]\d\d[EW]\d\d\d\.hgt", re.I)
_WIDEST, _AROUND = 6.0, 0.5
"""Degrees of tiles of other models, at most: those of TanDEM-X have 2 or 4 in the north, those of MERIT 5; and what
is looked at beside a tile, since pixels and margins reach over its edge."""

_TURN = 360.0


@dataclass(frozen=True)
class HeightsFile:
    """A file of a folder of heights.

    Attributes
    ----------
    name : str
        Path within the folder.
    state : (int, int)
        Size, and time of change in nanoseconds.
    """

    name: str
    state: tuple[int, int]


def find_files(path: Path) -> list[Path]:
    """Return the rasters of an elevation model: the file itself, or those of a folder and its subfolders, sorted.

    Raises
    ------
    InputError
        If there is none.
    """
    if path.is_file():
        return [path]
    found = sorted(
        one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and not _NOT_HEIGHTS.search(one.name)
    )
    if not found:
        raise InputError(
            f"dem: {path} has no heights; wanted are a raster, or a folder with tiles, "
            "as .hgt (SRTM) or .tif (Copernicus)"
        )
    return found


def may_lie_in(path: Path, box: Box) -> bool:
    """Return whether a file may reach a box, by its name alone: the Earth has 26,000 tiles of one degree."""
    name = _DEGREES.search(path.name)
    if not name:
        return True
    west, south, east, north = box
    latitude = int(name[2]) * (1 if name[1].upper() == "N" else -1)
    longitude = int(name[4]) * (1 if name[3].upper() == "E" else -1)
    side = 1.0 if _OF_ONE_DEGREE.fullmatch(path.name) else _WIDEST
    width = (east - west) % _TURN
    away = (longitude + side / 2 - (west + width / 2) + _TURN / 2) % _TURN - _TURN / 2
    return abs(away) < (width + side) / 2 + _AROUND and south - side - _AROUND < latitude < north + _AROUND


def memory(tile: str, year: str) -> Path:
    """Return the file in which a job keeps where its tile lies, and which heights were near it."""
    return Path(".cache", "heights", year, f"{tile}.json")


def listing(folder: Path) -> list[HeightsFile]:
    """Return the files of a folder with their states; none where it holds no heights, which the job tells."""
    try:
        files = find_files(folder)
        states = [one.stat() for one in files]
    except (InputError, OSError):
        return []
    names = (one.relative_to(folder).as_posix() for one in files)
    return [HeightsFile(name, (one.st_size, one.st_mtime_ns)) for name, one in zip(names, states, strict=True)]


def state(files: Sequence[HeightsFile], box: Box | None = None) -> str:
    """Return the digest of a folder's files, or of those alone that may reach a box."""
    wanted = [one for one in files if box is None or may_lie_in(Path(one.name), box)]
    return digest([[one.name, *one.state] for one in wanted])
