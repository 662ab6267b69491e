"""Formats of rasters on disk: which of GDAL's drivers may open a file, by its first bytes and its name.

GDAL lets each of its 200 drivers look into a file, whatever its name: a text under the name ``.tif`` would be a
virtual raster that reads other files, or an address that is fetched. Here the first bytes tell the one driver; of
formats that have none of their own, the name.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from landloom.core.paths import on_disk
from landloom.geo.opening import vrt_files

FIRST_BYTES, HEAD_BYTES = 64, 2**16
"""Bytes that are read of a file at first, and of one that may be a text: without a zero byte among the first."""

LISTED_BYTES = 2**24
"""Bytes of the list of a Zarr's arrays that are searched."""

_BY_HEAD = {
    b"II*\0": ("GTiff",),
    b"MM\0*": ("GTiff",),
    b"II+\0": ("GTiff",),
    b"MM\0+": ("GTiff",),
    b"\0\0\0\x0cjP  \r\n\x87\n": ("JP2OpenJPEG",),
    b"\xff\x4f\xff\x51": ("JP2OpenJPEG",),
    b"\x89HDF\r\n\x1a\n": ("netCDF", "HDF5", "HDF5Image"),
    b"CDF\x01": ("netCDF",),
    b"CDF\x02": ("netCDF",),
    b"CDF\x05": ("netCDF",),
    b"EHFA_HEADER_TAG": ("HFA",),
    b"\x89PNG\r\n\x1a\n": ("PNG",),
    b"\xff\xd8\xff": ("JPEG",),
}
"""Drivers by the first bytes of a file."""

_BY_NAME = {
    ".asc": ("AAIGrid",),
    ".hgt": ("SRTMHGT",),
    ".gtx": ("GTX",),
    ".dt0": ("DTED",),
    ".dt1": ("DTED",),
    ".dt2": ("DTED",),
}
"""Drivers of formats without first bytes of their own, by the ending of the name."""

_PACKED = {".tif": "GTiff", ".tiff": "GTiff", ".jp2": "JP2OpenJPEG", ".j2k": "JP2OpenJPEG"}
"""Drivers of images in packed products, whose bytes are not looked at: by the ending of the name."""

_TEXTS_THAT_OPEN_FILES = re.compile(rb"<\s*(VRT|OGR|GDAL|WMS|WMTS|WCS|[A-Za-z]*(Service|Capabilities|TileIndex))")
"""Root elements of texts that GDAL takes for descriptions of other files; some of its drivers search for them."""

_PACKED_PATH = re.compile(r"/vsi(?:zip|tar)/\{([^{}]*)\}/(.+)", re.S)
_VARIABLE_PATH = re.compile(r'(NETCDF|HDF5|ZARR):"([^"]*)":.*', re.S)

KNOWN = "GeoTIFF, JPEG 2000, netCDF, HDF5, Zarr, Erdas, ENVI, .bil, .asc, .hgt, .gtx, DTED, PNG, JPEG, or .vrt"


class RefusedRasterError(ValueError):
    """Why a raster is not opened."""


@dataclass(frozen=True)
class Opening:
    """How a raster is opened.

    Attributes
    ----------
    drivers : tuple of str
        Of GDAL, one of which opens it; the first that can.
    file : str
        On disk.
    packed : bool
        Whether it lies within a packed file.
    """

    drivers: tuple[str, ...]
    file: str
    packed: bool = False


def opening(path: str) -> Opening:
    """Return how a raster is opened.

    Parameters
    ----------
    path : str
        File or folder on disk; file in a packed product, as ``/vsizip/{product.zip}/band.tif``; variable of a file,
        as ``NETCDF:"file.nc":variable``.

    Raises
    ------
    RefusedRasterError
        If it is not one of these, or of no format that is read.
    """
    packed = _PACKED_PATH.fullmatch(path)
    if packed:
        driver = _PACKED.get(Path(packed[2]).suffix.lower())
        if driver is None or not on_disk(packed[1]):
            raise RefusedRasterError("is no image that is read from packed products: GeoTIFF and JPEG 2000 are")
        return Opening((driver,), packed[1], packed=True)
    variable = _VARIABLE_PATH.fullmatch(path)
    if variable:
        return Opening(_of_variable(variable[1], variable[2]), variable[2])
    return Opening(drivers(path), path)


def _of_variable(kind: str, file: str) -> tuple[str, ...]:
    own = {"NETCDF": ("netCDF",), "HDF5": ("HDF5Image",), "ZARR": ("Zarr",)}[kind]
    if not set(own) & set(drivers(file)):
        raise RefusedRasterError(f"is no {own[0]} file")
    return own


def drivers(path: str) -> tuple[str, ...]:
    """Return the drivers that may open a file or folder on disk, the best first.

    Raises
    ------
    RefusedRasterError
        If there is none.
    """
    if not on_disk(path):
        raise RefusedRasterError("is not the name of a file on disk")
    if os.path.isdir(path):  # noqa: PTH112 - a hundred thousand files of an archive are opened: Path takes longer
        return _of_folder(path)
    if not os.path.isfile(path):  # noqa: PTH113
        raise RefusedRasterError("no such file or folder")
    head = _head(path, FIRST_BYTES)
    if len(head.partition(b"\0")[0]) == FIRST_BYTES:
        head = _head(path, HEAD_BYTES)
    found = _by_head(head)
    if not found and vrt_files.is_one(path):
        return ("VRT",)
    found = found or _BY_NAME.get(Path(path).suffix.lower(), ()) or _by_header(path)
    # To GDAL's drivers of texts, a text ends at the first zero byte.
    if not found or _TEXTS_THAT_OPEN_FILES.search(head.partition(b"\0")[0]):
        raise RefusedRasterError(f"is of no format that is read: {KNOWN}")
    return found


def _of_folder(path: str) -> tuple[str, ...]:
    """Return the driver of Zarr; from GDAL 3.11 on, it takes a list of references to any files for one, too."""
    listed = os.path.join(path, ".zmetadata")  # noqa: PTH118
    if os.path.isfile(listed) and b"record_size" in _plain(_head(listed, LISTED_BYTES)):  # noqa: PTH113
        raise RefusedRasterError("is a Zarr whose numbers lie in other files (Kerchunk): they are not followed")
    return ("Zarr",)


def _plain(text: bytes) -> bytes:
    """Return a text of JSON with the letters that it writes by their numbers."""
    return re.sub(rb"\\u00([2-7][0-9a-fA-F])", lambda code: bytes([int(code[1], 16)]), text)


def is_geotiff(path: str) -> bool:
    """Return whether a file on disk begins as GeoTIFFs do."""
    return _by_head(_head(path, FIRST_BYTES)) == ("GTiff",)


def _by_head(head: bytes) -> tuple[str, ...]:
    return next((drivers for start, drivers in _BY_HEAD.items() if head.startswith(start)), ())


def _head(path: str, count: int) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read(count)
    except OSError as error:
        raise RefusedRasterError(error.strerror or str(error)) from None


def _by_header(path: str) -> tuple[str, ...]:
    """Return the driver of plain numbers with a header beside them: ENVI's begins with its name."""
    image = Path(path)
    headers = [image.with_suffix(".hdr"), image.with_suffix(".HDR"), image.with_name(f"{image.name}.hdr")]
    header = next((one for one in headers if one.is_file()), None)
    if header is None:
        return ()
    return ("ENVI",) if _head(str(header), FIRST_BYTES).startswith(b"ENVI") else ("EHdr",)
