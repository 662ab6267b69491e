"""Virtual rasters (VRT) of users: files that show bands of other files, judged as text before GDAL reads it.

GDAL's format can name addresses, commands and raw bytes of any file. What is read here is what ``gdalbuildvrt`` and
``gdal_translate`` write: bands with sources on disk, below the folder of the virtual raster or of the run.
"""

import os
from pathlib import Path
from xml.etree import ElementTree

from landloom.core.files import read_limited
from landloom.core.paths import on_disk
from landloom.core.text import shortened

SUFFIX = ".vrt"
MOST_BYTES = 2**26

_ELEMENTS = frozenset(
    {
        *("VRTDataset", "VRTRasterBand", "MaskBand", "Overview", "OverviewList", "SRS", "GeoTransform"),
        *("GCPList", "GCP", "Metadata", "MDI", "Description", "UnitType", "Offset", "Scale", "ColorInterp"),
        *("ColorTable", "Entry", "CategoryNames", "Category", "NoDataValue", "HideNoDataValue", "Histograms"),
        *("HistItem", "HistMin", "HistMax", "BucketCount", "IncludeOutOfRange", "Approximate", "HistCounts"),
        *("SimpleSource", "ComplexSource", "AveragedSource", "KernelFilteredSource", "Kernel", "Size", "Coefs"),
        *("SourceFilename", "SourceBand", "SourceProperties", "SrcRect", "DstRect", "NODATA", "UseMaskBand"),
        *("ScaleOffset", "ScaleRatio", "SrcMin", "SrcMax", "DstMin", "DstMax", "Exponent", "Clamp", "LUT"),
        "ColorTableComponent",
    }
)
"""Elements that may stand in a virtual raster; others open files in ways of their own, or run code."""

_CLASSES = ("", "VRTSourcedRasterBand")


class RefusedVrtError(ValueError):
    """Why a virtual raster is not opened."""


def is_one(path: Path | str) -> bool:
    """Return whether a file is to be read as a virtual raster: by its name alone."""
    return str(path).lower().endswith(SUFFIX)


def sources(path: Path | str) -> list[str]:
    """Return the files that a virtual raster shows, each once, in its order; other virtual rasters among them.

    Raises
    ------
    RefusedVrtError
        If it has anything but bands of files on disk, below its own folder or that of the run.
    """
    root = _parsed(path)
    found = dict.fromkeys(_file_of(element, Path(path)) for element in _checked(root) if _names_a_file(element))
    return list(found)


def all_sources(path: Path | str) -> list[str]:
    """Return the files that a virtual raster shows, and those that virtual rasters among them show.

    Raises
    ------
    RefusedVrtError
        As :func:`sources`; if virtual rasters show each other in a circle, too.
    """
    finished: dict[str, bool] = {}
    _add_sources(str(path), finished)
    return [source for source in finished if source != str(path)]


def _add_sources(path: str, finished: dict[str, bool]) -> None:
    """Add what a virtual raster shows to the files that are finished (True) or in work (False)."""
    finished[path] = False
    for source in sources(path):
        if finished.get(source) is False:
            raise RefusedVrtError("shows itself")
        if is_one(source) and source not in finished:
            _add_sources(source, finished)
        finished[source] = True
    finished[path] = True


def _parsed(path: Path | str) -> ElementTree.Element:
    try:
        text = read_limited(path, MOST_BYTES)
        if b"<!" in text.replace(b"<!--", b""):  # entities, which could expand without end
            raise RefusedVrtError("has a document type or entities, which virtual rasters have not")
        return ElementTree.fromstring(text)
    except OSError as error:
        raise RefusedVrtError(f"cannot be read ({error.strerror or error})") from None
    except (ElementTree.ParseError, ValueError) as error:
        raise RefusedVrtError(f"is no virtual raster ({error})") from None


def _checked(root: ElementTree.Element) -> list[ElementTree.Element]:
    """Return all elements; raise if one may not be there."""
    elements = list(root.iter())
    odd = sorted({str(one.tag) for one in elements} - _ELEMENTS)
    odd += sorted({one.get("subClass", "") for one in elements} - set(_CLASSES))
    odd += ["OVERVIEWS"] if any(one.get("domain") == "OVERVIEWS" for one in elements) else []
    if root.tag != "VRTDataset" or odd:
        raise RefusedVrtError(
            f"has {', '.join((odd or [str(root.tag)])[:3])}; virtual rasters are read that show bands of files, as "
            "gdalbuildvrt writes them: convert it with gdal_translate"
        )
    return elements


def _names_a_file(element: ElementTree.Element) -> bool:
    return element.tag == "SourceFilename"


def _file_of(element: ElementTree.Element, path: Path) -> str:
    """Return the path of a source; raise if it is not on disk below the folders where sources may be."""
    name = (element.text or "").strip()
    if not name or not on_disk(name):
        raise RefusedVrtError(f"shows {shortened(repr(name))}, which is not the name of a file on disk")
    relative = element.get("relativeToVRT", "0") == "1"
    place = os.path.normpath(path.parent / name if relative else name)
    if not on_disk(place):
        raise RefusedVrtError(f"shows {shortened(repr(name))}, which is not the name of a file on disk")
    folders = [Path(os.path.abspath(path)).parent, Path.cwd()]  # noqa: PTH100 - links of archives are not followed
    if not any(Path(os.path.abspath(place)).is_relative_to(folder) for folder in folders):  # noqa: PTH100
        raise RefusedVrtError(
            f"shows {shortened(repr(name))}, which lies neither below the folder of the virtual raster nor below "
            "that of the run: put the .vrt into a folder above its files"
        )
    return place
