"""Products found in an archive, and acquisitions ready to be read."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from landloom.core import addresses
from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.geo.opening import parts
from landloom.sensors.mask_settings import MaskSettings

ENVIRONMENT = "environment:"
"""Beginning of `token_url` of bands whose token is a text with a variable of the environment."""

FileScaling = Literal["agrees", "replaces", "ignored"]
"""Part of a file's declared scaling: must agree with that of a band, replaces it (a default), or is ignored."""


@dataclass(frozen=True, order=True)
class Product:
    """One product of an archive, as downloaded by the user.

    Attributes
    ----------
    date : datetime.date
    name : str
        Unique within the sensor and tile.
    path : str
        Folder, packed file or first file.
    files : tuple of str
        All files of a product that has no folder of its own; else empty.
    content : str
        Description of a product that shares a metadata file with others; else empty.
    newer : str
        Name of a newer processing of the same acquisition, which is read instead; empty if this product is read.
    """

    date: datetime.date
    name: str
    path: str
    files: tuple[str, ...] = ()
    content: str = ""
    newer: str = ""


@dataclass(frozen=True)
class RasterBand:
    """One band of a file and its scaling to reflectances: ``stored = number * gain + shift``.

    Attributes
    ----------
    path : str
        GDAL path.
    number : int
        Number of the band, from 1.
    gain, shift : float
        Scaling to reflectance times 10000.
    nodata : tuple of float
        Nodata values, beside the file's own.
    bands_of_file : int or None
        Expected number of bands of a file of several dates; None: any number.
    variable : str
        Variable of a netCDF, HDF5 or Zarr file; empty for other files.
    crs : str
        CRS of the image if the file has none; empty: the file's own.
    unit : float
        Stored value of 1 in the unit of the bands: of reflectances 10000.
    file_scale, file_offset : str
        What becomes of the scale and offset that the file declares: see
        :func:`landloom.reading.declared_scaling.applied`.
    token_url : str
        Address that issues tokens, for a remote file that requires one; ``environment:`` and a text that names a
        variable for a token from there.
    """

    path: str
    number: int = 1
    gain: float = 1.0
    shift: float = 0.0
    nodata: tuple[float, ...] = ()
    bands_of_file: int | None = None
    variable: str = ""
    crs: str = ""
    unit: float = REFLECTANCE_SCALE
    file_scale: FileScaling = "agrees"
    file_offset: FileScaling = "agrees"
    token_url: str = ""

    @property
    def name(self) -> str:
        """Return the file's name for messages and tables; addresses have no query, which may hold a password."""
        if not self.is_remote:
            return self.path
        return addresses.public(self.path.removeprefix("/vsicurl/"))

    @property
    def is_remote(self) -> bool:
        """Return whether the file is on another machine."""
        return self.path.startswith(("/vsicurl/", "/vsis3/"))


def file_scaling(given: float | None, ignored: bool) -> FileScaling:
    """Return what becomes of a file's declared scale or offset, by the value that the configuration gives."""
    if ignored:
        return "ignored"
    return "replaces" if given is None else "agrees"


def bit_mask(bits: Iterable[int]) -> int:
    """Return the number with the given bits set; bit 0 is the lowest."""
    return sum(1 << bit for bit in set(bits))


@dataclass(frozen=True)
class Mask:
    """A mask band: marks the invalid pixels of an acquisition.

    Attributes
    ----------
    source : RasterBand
    invalid_bits : int
        Bit mask: a number with any of these bits set is invalid.
    invalid_values : tuple of int
    valid_values : tuple of int
        If not empty, all other values are invalid.
    """

    source: RasterBand
    invalid_bits: int = 0
    invalid_values: tuple[int, ...] = ()
    valid_values: tuple[int, ...] = ()

    @classmethod
    def by(cls, rules: MaskSettings, source: RasterBand) -> Self:
        """Return a mask with the rules of the configuration."""
        bits, invalid, valid = rules.invalid_bits, rules.invalid_values, rules.valid_values
        return cls(source, bit_mask(bits), tuple(invalid), tuple(valid))

    def calls_clear(self, number: float) -> bool:
        """Return whether a rule names a number as valid: a value, or no bit where bits are invalid."""
        return number in self.valid_values or (
            number == 0 and bool(self.invalid_bits) and not self.valid_values and 0 not in self.invalid_values
        )


@dataclass(frozen=True)
class Unverified:
    """Input whose bytes are not verified: a remote file, or a part of a file.

    Attributes
    ----------
    name : str
    bytes : int
        Size; 0 if unknown.
    fingerprint : str
        Changes with the input, as far as its description shows.
    """

    name: str
    bytes: int
    fingerprint: str


@dataclass(frozen=True)
class MosaicFile:
    """One of the files that an image is joined from, all of which have the same bands.

    Attributes
    ----------
    values : RasterBand
        The file, with the scaling of its bands; ``number`` says nothing.
    scales : RasterBand or None
        Band of a file of the same pixels, by which all bands of a pixel are multiplied.
    """

    values: RasterBand
    scales: RasterBand | None = None

    @property
    def sources(self) -> tuple[RasterBand, ...]:
        """Return the bands of the files that are opened."""
        return (self.values, self.scales) if self.scales else (self.values,)


@dataclass(frozen=True)
class Acquisition:
    """One acquisition of one sensor over one tile, ready to be read.

    Attributes
    ----------
    sensor, tile : str
    date : datetime.date
    product : str
        Name of the product.
    bands : tuple of (str, RasterBand)
        In the order of the configuration.
    masks : tuple of Mask
        Empty if only missing values mark invalid pixels.
    masks_cover_nodata : bool
        Whether the masks also cover missing pixels of the bands, so that surveys need not read the bands.
    metadata : tuple of str
        Metadata files with the scaling of the bands.
    cut : str
        Extent of products: ``tile`` if all products of a tile share one grid; ``scene`` if each has its own extent;
        ``swath`` if they have no grid at all; ``mosaic`` if they are joined from files of any grid; ``unknown``.
    unverified : tuple of Unverified
        Inputs other than files on disk.
    shift_m : (float, float)
        Co-registration shift to apply, east and north, in metres on the ground.
    view : str
        From where the ground is seen: acquisitions of one view see it alike. Empty where that does not count.
    mosaic : tuple of MosaicFile
        Files that the image is joined from; empty if each band is one of a file of its own. ``bands`` are then those
        of the first, which tell names and places of all.
    """

    sensor: str
    tile: str
    date: datetime.date
    product: str
    bands: tuple[tuple[str, RasterBand], ...]
    masks: tuple[Mask, ...]
    masks_cover_nodata: bool = True
    metadata: tuple[str, ...] = ()
    cut: Literal["tile", "scene", "swath", "mosaic", "unknown"] = "unknown"
    unverified: tuple[Unverified, ...] = ()
    shift_m: tuple[float, float] = (0.0, 0.0)
    view: str = ""
    mosaic: tuple[MosaicFile, ...] = ()

    @property
    def numbers_read(self) -> dict[str, list[int]]:
        """Return the numbers of the bands, and of bands with masks, that are read of each file, by its path."""
        found: dict[str, list[int]] = {}
        for band in (*(band for _, band in self.bands), *(mask.source for mask in self.masks)):
            found.setdefault(band.path, []).append(band.number)
        return found

    @property
    def files(self) -> list[str]:
        """Return the files on disk that the acquisition is read from, sorted; a packed product is one file.

        Masks and overviews beside a file are of them, and the files that a virtual raster shows.
        """
        bands = [*(band for _, band in self.bands), *(mask.source for mask in self.masks)]
        bands += [source for one in self.mosaic for source in one.sources]
        sources = {band.path for band in bands if not band.is_remote}
        files = {_on_disk(path) for path in (*sources, *self.metadata)}
        return sorted({part for file in files for part in parts.images_of_raster(file)})


def _on_disk(path: str) -> str:
    """Return the file behind a GDAL path: see :meth:`Members.gdal_path`."""
    packed = re.match(r"/vsi(?:zip|tar)/\{(.*?)\}/", path)
    return packed[1] if packed else path
