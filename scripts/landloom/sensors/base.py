"""What every sensor module speaks of: products found in an archive, and acquisitions ready to be read.

A sensor module has three functions, and uses nothing but the standard library, since Snakemake lists archives
while it plans:

``find(settings, tile, start, end, inventory) -> list[Product]``
    the products of a tile within a period, sorted, each acquisition once;
``describe(settings, sensor, tile, product) -> Acquisition``
    the files of a product, their scaling and their masks;
``common_names(settings) -> dict[str, str]``
    the standard letter of each band that has one.

A family that tells which orbit a product was seen from (``TELLS_ORBIT`` of its settings) has a fourth:
``orbit(product) -> int``, by the product's name or metadata. docs/sensors.md shows how to add a family.
"""

import datetime
import lzma
import os
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from glob import escape, glob
from pathlib import Path
from typing import Any, Literal, TypeVar

from landloom.errors import InputError
from landloom.files import is_file_or_folder, read_limited
from landloom.words import unfit

NODATA = -10000
"""Stored value of a reflectance that is not known; reflectances are int16, times 10000."""

REFLECTANCE_SCALE = 10000
"""Stored value of the reflectance 1."""

SEARCH_DEPTH = 3

MOST_TEXT = 2**24
"""Bytes of a text in a product: the largest metadata are of some MB, but a .zip of 1 MB may hold 1 GB of zeros."""

_ARCHIVE_ERRORS = (
    OSError,
    KeyError,
    ValueError,
    EOFError,
    RuntimeError,  # encrypted, or compressed in a way that Python does not know
    OverflowError,
    struct.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
)

Found = TypeVar("Found")
Entry = tuple[re.Match[str], Path]
"""Something in an archive whose name matches, and where it lies."""


@dataclass(frozen=True, order=True)
class Product:
    """One product in the archive: what the user downloaded.

    Attributes
    ----------
    date : datetime.date
    name : str
        Unique within the sensor and tile.
    path : str
        Folder, archive or first file.
    files : tuple of str
        Of a product that is several files without a folder of its own: all of them.
    content : str
        Of a product that is described within a file of several: its description.
    """

    date: datetime.date
    name: str
    path: str
    files: tuple[str, ...] = ()
    content: str = ""


@dataclass(frozen=True)
class RasterBand:
    """One band of a file, and how its numbers become reflectances: ``stored = number * gain + shift``.

    Attributes
    ----------
    path : str
        As GDAL opens it.
    number : int
        From 1.
    gain, shift : float
        To reflectance times 10000.
    nodata : float or None
        Number without meaning; None: the file's own.
    bands_of_file : int or None
        How many bands the file has if it is what it is taken for; None: any number.
    token_url : str
        Of a file elsewhere that opens with a token only: the address that gives tokens.
    """

    path: str
    number: int = 1
    gain: float = 1.0
    shift: float = 0.0
    nodata: float | None = None
    bands_of_file: int | None = None
    token_url: str = ""

    @property
    def name(self) -> str:
        """Return the file as messages and tables name it: of an address, without what may be a password."""
        if not self.is_remote:
            return self.path
        return re.sub(r"[?#].*|(?<=//)[^/]*@", "", self.path.removeprefix("/vsicurl/"))

    @property
    def is_remote(self) -> bool:
        """Return whether the file lies on another machine."""
        return self.path.startswith(("/vsicurl/", "/vsis3/"))


@dataclass(frozen=True)
class Mask:
    """A band that tells which pixels of an acquisition are not clear.

    Attributes
    ----------
    source : RasterBand
    invalid_bits : int
        Bit mask: a number that shares a bit with it is invalid.
    invalid_values : tuple of int
    valid_values : tuple of int
        If not empty, all other numbers are invalid.
    """

    source: RasterBand
    invalid_bits: int = 0
    invalid_values: tuple[int, ...] = ()
    valid_values: tuple[int, ...] = ()


@dataclass(frozen=True)
class Unverified:
    """Something that is read and whose bytes nobody checks: a file elsewhere, or a part of a file.

    Attributes
    ----------
    name : str
    bytes : int
        0 where not known.
    fingerprint : str
        Changes when it does, as far as its description tells.
    """

    name: str
    bytes: int
    fingerprint: str


@dataclass(frozen=True)
class Acquisition:
    """One look of one sensor at one tile, ready to be read.

    Attributes
    ----------
    sensor, tile : str
    date : datetime.date
    product : str
        Name of the product.
    bands : tuple of (str, RasterBand)
        In the order of the configuration.
    masks : tuple of Mask
        Empty where only missing values tell what is not valid.
    masks_cover_nodata : bool
        Whether the masks also tell where bands are missing, so that bands need not be read to know.
    metadata : tuple of str
        Files that told how to read the bands.
    cut : str
        By what the product is cut out: by the ``tile``, so that all products of it must lie on one grid; by the
        ``scene``, so that each has extents of its own; ``unknown``.
    unverified : tuple of Unverified
        What is read beside files on disk.
    shift_m : (float, float)
        How far east and north the images have to be moved to lie where they belong, in units of the tile's CRS.
    """

    sensor: str
    tile: str
    date: datetime.date
    product: str
    bands: tuple[tuple[str, RasterBand], ...]
    masks: tuple[Mask, ...]
    masks_cover_nodata: bool = True
    metadata: tuple[str, ...] = ()
    cut: Literal["tile", "scene", "unknown"] = "unknown"
    unverified: tuple[Unverified, ...] = ()
    shift_m: tuple[float, float] = (0.0, 0.0)

    @property
    def files(self) -> list[str]:
        """Return the files on disk that the acquisition is read from, sorted; of a packed product, the archive."""
        bands = [*(band for _, band in self.bands), *(mask.source for mask in self.masks)]
        sources = [band.path for band in bands if not band.is_remote]
        return sorted({_on_disk(path) for path in [*sources, *self.metadata]})

    @property
    def band_names(self) -> tuple[str, ...]:
        """Return the names of the bands."""
        return tuple(name for name, _ in self.bands)


def _on_disk(path: str) -> str:
    """Return the file that holds what GDAL opens by a path: see :meth:`Members.gdal_path`."""
    packed = re.match(r"/vsi(?:zip|tar)/\{(.*?)\}/", path)
    return packed[1] if packed else path


def entries(folder: Path, pattern: re.Pattern[str], depth: int = SEARCH_DEPTH) -> Iterator[Entry]:
    """Find files and folders whose name matches, at any depth but not within one another, sorted.

    Raises
    ------
    InputError
        Where the folder cannot be listed.
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
    """What the archives hold, by tile: each is listed once, however many tiles and years are asked for.

    Parameters
    ----------
    tiles : collection of str
        Those that will be asked for. Without them, :meth:`files` lists what is asked for and no more.
    """

    def __init__(self, tiles: Collection[str] = ()) -> None:
        self._tiles = frozenset(tiles)
        self._shelves: dict[tuple[Path, re.Pattern[str]], dict[str, list[Entry]]] = {}
        self._files: dict[tuple[Path, str], dict[str, list[str]]] = {}
        self._others: dict[Hashable, Any] = {}

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Return what a function finds, which is called the first time only."""
        if key not in self._others:
            self._others[key] = find()
        return self._others[key]

    def entries(self, folder: Path, pattern: re.Pattern[str], tile: str) -> list[Entry]:
        """Return the entries of which the name (its group ``tile``) or the folder is that of a tile, sorted.

        Raises
        ------
        InputError
            Where the folder cannot be listed.
        """
        key = (folder, pattern)
        if key not in self._shelves:
            self._shelves[key] = _by_tile(entries(folder, pattern))
        return self._shelves[key].get(tile, [])

    def files(self, folder: Path, pattern: str, tile: str) -> list[str]:
        """Return the files that fit a shell pattern in which ``{tile}`` stands for the tile, sorted.

        Among those of a tile may be some of another whose name holds that of the tile.
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
    """Sort names by the parts that they contain; in a time that does not grow with the number of parts."""
    lengths = sorted({len(part) for part in parts})
    found: dict[str, list[str]] = {}
    for name in names:
        pieces = {name[start : start + length] for length in lengths for start in range(len(name) - length + 1)}
        for part in pieces.intersection(parts):
            found.setdefault(part, []).append(name)
    return found


def _by_tile(found: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Sort entries by the tile that their name or their folder tells."""
    shelves: dict[str, list[Entry]] = {}
    for match, path in found:
        for tile in {match["tile"], path.parent.name}:
            shelves.setdefault(tile, []).append((match, path))
    return shelves


def refuse_misplaced(path: Path, tile: str) -> None:
    """Raise where a product of another tile lies in a tile's own folder; elsewhere it is simply not ours."""
    if path.parent.name == tile:
        raise InputError(f"product {path}: lies in the folder of {tile}, but is of another tile")


def parse_date(text: str, style: str = "%Y%m%d") -> datetime.date | None:
    """Return the date in a name, or None where there is none."""
    try:
        if style == "%Y%m%d" and re.fullmatch("[0-9]{8}", text):
            return datetime.date.fromisoformat(text)  # 20 times as fast, which counts for a whole archive
        return datetime.datetime.strptime(text, style).date()
    except (ValueError, OverflowError):
        return None


def latest_versions(products: Iterable[tuple[tuple[str, ...], tuple[Any, ...], Product]]) -> list[Product]:
    """Keep the newest processing of each acquisition, sorted by date and name.

    Parameters
    ----------
    products : list of (acquisition key, version key, Product)
    """
    newest: dict[tuple[str, ...], tuple[tuple[Any, ...], Product]] = {}
    for key, version, product in products:
        if key not in newest or (version, product.name) > (newest[key][0], newest[key][1].name):
            newest[key] = (version, product)
    return sorted(product for _, product in newest.values())


class Members:
    """The files of a product: of a folder, of a .zip or .tar file read in place, or those that lie side by side.

    Attributes
    ----------
    product : Product
    place : str
        The product's path; of files side by side, their folder and the product's name.
    names : list of str
        Of the files, sorted.
    """

    def __init__(self, product: Product) -> None:
        self.product = product
        path = Path(product.path)
        suffix = path.suffix.lower()
        self._packed = suffix.removeprefix(".") if suffix in (".zip", ".tar") else ""
        self._root = path.parent if product.files else path
        self.place = str(path.parent / product.name) if product.files else product.path
        try:
            self.names = sorted(self._list(path))
        except _ARCHIVE_ERRORS as error:
            raise InputError(f"product {path}: cannot be opened ({error})") from None

    def _list(self, path: Path) -> list[str]:
        if self.product.files:
            return [Path(file).name for file in self.product.files]
        if not is_file_or_folder(path):
            raise OSError("no such file, or a pipe or device")
        if self._packed == "zip":
            with zipfile.ZipFile(path) as archive:
                return [name for name in archive.namelist() if not name.endswith("/") and _stays_inside(name)]
        if self._packed == "tar":
            with tarfile.open(path, "r:") as packed:
                names = [member.name for member in packed if member.isreg()]
                return [name for name in names if _stays_inside(name)]
        return [str((Path(folder) / name).relative_to(path)) for folder, _, names in os.walk(path) for name in names]

    def one(self, pattern: str, what: str) -> str:
        """Return the GDAL path of the only member that matches a regular expression.

        Raises
        ------
        InputError
            Where there is none, or several.
        """
        return self.gdal_path(self.only([name for name in self.names if re.search(pattern, name)], what))

    def only(self, found: list[str], what: str) -> str:
        """Return the only name in a list, or say what is missing or ambiguous."""
        if len(found) == 1:
            return found[0]
        problem = "is missing" if not found else f"is there {len(found)} times ({', '.join(found[:3])})"
        raise InputError(f"product {self.place}: {what} {problem}")

    def gdal_path(self, name: str) -> str:
        """Return the path by which GDAL opens a member."""
        return f"/vsi{self._packed}/{{{self._root}}}/{name}" if self._packed else str(self._root / name)

    def text(self, name: str) -> str:
        """Return the content of a text member."""
        try:
            content = self._content(name)
        except _ARCHIVE_ERRORS as error:
            raise InputError(f"product {self.place}: {name} cannot be read ({error})") from None
        return content.decode("utf-8", errors="replace")

    def _content(self, name: str) -> bytes:
        if not self._packed:
            return read_limited(self._root / name, MOST_TEXT)
        if self._packed == "zip":
            with zipfile.ZipFile(self.product.path) as archive, archive.open(name) as member:
                content = member.read(MOST_TEXT + 1)
        else:
            with tarfile.open(self.product.path, "r:") as packed:
                found = packed.extractfile(name)
                content = found.read(MOST_TEXT + 1) if found else b""
        if len(content) > MOST_TEXT:
            raise OSError(f"larger than {MOST_TEXT // 2**20} MB")
        return content


def _stays_inside(name: str) -> bool:
    """Return whether a member of an archive has a name that cannot lead out of it."""
    return not name.startswith("/") and ".." not in name.split("/") and unfit(name) is None
