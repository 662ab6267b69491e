"""Archives of Sentinel-1 products: SAFE folders, packed ones that are read in place, and mirrors of object stores.

A product is one slice of a pass, 25 seconds long. Object stores name the files of a product without its name:
``annotation/iw-vv.xml`` instead of ``annotation/s1a-iw-grd-vv-20210809t173953-...-001.xml``. The names in products
with Cloud Optimized GeoTIFFs have an ending of their own.

Nothing of a packed product is unpacked: texts are read into memory up to a limit, pixels through ``/vsizip/``.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from landloom.core.errors import InputError
from landloom.sensors import inventory
from landloom.sensors.acquisition import Product
from landloom.sensors.product_files import Members
from landloom.sensors.sentinel1 import manifest, names
from landloom.sensors.sentinel1.manifest import Manifest
from landloom.sensors.sentinel1.manifest_memory import ManifestMemory
from landloom.sensors.sentinel1.names import ProductName
from landloom.sensors.stac import rings

SEARCH_DEPTH = 7
"""Object stores nest products: GRD/2021/8/9/IW/DV/S1A_..."""

MOST_MEASUREMENT = 2**32
"""Largest measurement in bytes once unpacked; real ones have 0.9 GB. A .zip of 4 MB may hold 4 GB of zeros."""

EDGE_DEGREES = 0.1
"""Beyond its footprint a product may show ground: the manifest's corners are joined by straight lines, real edges are
bent by 2 km, and corners are computed at one height."""


@dataclass(frozen=True)
class Slice:
    """One product: a slice of a pass.

    Attributes
    ----------
    name : ProductName
    path : str
        Folder or packed file.
    manifest : Manifest
    """

    name: ProductName
    path: str
    manifest: Manifest

    def shows(self, west: float, south: float, east: float, north: float) -> bool:
        """Return whether the product may show ground of a box in degrees.

        West is above east across the 180th meridian. No ground that the product shows is missed; of that beside it, a
        rim of 0.1 degree counts as shown.
        """
        box = (west - EDGE_DEGREES, south - EDGE_DEGREES, east + EDGE_DEGREES, north + EDGE_DEGREES)
        return rings.area_within(rings.as_meant(self.manifest.footprint), box) > 0


class TextFiles(NamedTuple):
    """Names within a product of the texts of one polarisation, for :meth:`Members.text`."""

    annotation: str
    calibration: str
    noise: str


def slices(folder: Path, memory: Path | None = None) -> list[Slice]:
    """Return all products of an archive, sorted by time; of copies in one archive, folders before packed files.

    Parameters
    ----------
    folder : Path
    memory : path or None
        File in which manifests are kept for the next time (:class:`ManifestMemory`).

    Raises
    ------
    InputError
        If the folder cannot be listed, holds Sentinel-1 products that are not IW GRD, or a product without a readable
        manifest: which ground it shows is then unknown.
    """
    found: dict[str, Slice] = {}
    manifests = ManifestMemory(memory)
    for match, path in inventory.entries(folder, names.NAME, SEARCH_DEPTH):
        name = names.of_product(match, str(path))
        known = found.get(name.text)
        if known is None or (_is_packed(known.path) and not _is_packed(str(path))):
            read = partial(manifest_of, name, path)
            found[name.text] = Slice(name, str(path), manifests.of(path, read))
    manifests.keep()
    return sorted(found.values(), key=lambda one: one.name)


def _is_packed(path: str) -> bool:
    return path.endswith(".zip")


def slice_of(name: ProductName, path: Path) -> Slice:
    """Return a product with what its manifest says."""
    return Slice(name, str(path), manifest_of(name, path))


def manifest_of(name: ProductName, path: Path) -> Manifest:
    """Read the manifest of a product."""
    files = files_of(name, path)
    found = files.only([one for one in files.names if one.rpartition("/")[2] == manifest.FILE], manifest.FILE)
    return manifest.read(files.text(found), f"product {path}: {found}")


def files_of(name: ProductName, path: Path) -> Members:
    """Return the files of a product."""
    return Members(Product(name.start.date(), name.text, str(path)))


def members(one: Slice) -> Members:
    """Return the files of a slice."""
    return files_of(one.name, Path(one.path))


def text_files(files: Members, polarisation: str) -> TextFiles:
    """Return the texts of one polarisation.

    Parameters
    ----------
    files : Members
        Of a product.
    polarisation : str
        ``VV``, ``VH``, ``HH`` or ``HV``.

    Raises
    ------
    InputError
        If one is missing, or present twice.
    """
    image, folder = _image(polarisation), "(?:^|/)annotation"
    return TextFiles(
        _only(files, rf"{folder}/{image}\.xml$", f"annotation of {polarisation}"),
        _only(files, rf"{folder}/calibration/calibration-{image}\.xml$", f"calibration of {polarisation}"),
        _only(files, rf"{folder}/calibration/noise-{image}\.xml$", f"noise of {polarisation}"),
    )


def measurement(files: Members, polarisation: str) -> str:
    """Return the GDAL path of the pixels of one polarisation: uint16 amplitude, 0 is no data.

    Raises
    ------
    InputError
        If there is none, or it is too large to be one.
    """
    found = _only(files, rf"(?:^|/)measurement/{_image(polarisation)}\.tiff?$", f"measurement of {polarisation}")
    if files.size(found) > MOST_MEASUREMENT:
        raise InputError(
            f"product {files.position}: {found} is larger than {MOST_MEASUREMENT // 2**30} GB; real ones have 0.9 GB"
        )
    return files.gdal_path(found)


def _image(polarisation: str) -> str:
    """Return the pattern of the names of an image's files, without their endings."""
    return rf"(?:s1[a-z]-)?iw-(?:grd-)?{polarisation.lower()}(?:-[a-z0-9-]+)?"


def _only(files: Members, pattern: str, what: str) -> str:
    return files.only(files.matching(pattern), what)
