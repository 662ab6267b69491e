"""Products found in an archive, and acquisitions ready to be read."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from landloom.sensors.mask_settings import MaskSettings


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


def bit_mask(bits: Iterable[int]) -> int:
    """Return the number in which some bits are set; 0 is the lowest."""
    return sum(1 << bit for bit in set(bits))


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

    @classmethod
    def by(cls, rules: MaskSettings, source: RasterBand) -> Self:
        """Return a mask that goes by rules of the configuration."""
        bits, invalid, valid = rules.invalid_bits, rules.invalid_values, rules.valid_values
        return cls(source, bit_mask(bits), tuple(invalid), tuple(valid))


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


def _on_disk(path: str) -> str:
    """Return the file that holds what GDAL opens by a path: see :meth:`Members.gdal_path`."""
    packed = re.match(r"/vsi(?:zip|tar)/\{(.*?)\}/", path)
    return packed[1] if packed else path
