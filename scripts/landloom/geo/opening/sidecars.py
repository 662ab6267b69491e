"""Files beside an image from which GDAL takes how it is read: masks, overviews, nodata values, scale, position.

They are what GDAL looks for by name (images are opened without a listing of their folder). Programs write their own
remarks there, too, as QGIS does its statistics when an image is looked at. These change no value, and must not make a
map again.
"""

import os
from collections.abc import Container, Iterable
from pathlib import Path
from xml.etree import ElementTree

from landloom.core.files import read_limited

AUX = ".aux.xml"
"""Ending of GDAL's auxiliary metadata (PAM), after the image's whole name."""

IMAGES = (".msk", ".MSK", ".ovr", ".OVR")
"""Endings of masks and overviews, which are images themselves, after the image's whole name."""

_PLACING = (".wld", ".prj", ".tab", ".hdr")
"""Endings of texts that place or describe an image which does not do so itself, instead of the image's own ending."""

_PARTS = (".aux", ".ige", ".rrd", ".rde")
"""Likewise, of files of Erdas that hold pixels or overviews."""

_REMARKS = ("Histograms", "GDALRasterAttributeTable", "CategoryNames", "Description", "UnitType")
"""Parts of auxiliary metadata that change no value."""

_STATISTICS = "STATISTICS_"
"""Begins the keys of metadata that change none either; another key may tell nodata values."""

MOST_BYTES = 2**24


def beside(path: Path | str, there: Container[str] | None = None) -> list[Path]:
    """Return the files beside an image that may decide how it is read.

    Parameters
    ----------
    path : path
    there : collection of str, optional
        Names of all files in its folder; without it, each name is looked up.
    """
    return _there([*_images(str(path)), *_texts(str(path))], there)


def images(path: Path | str) -> list[Path]:
    """Return the files beside an image that hold pixels: its mask, overviews, and what Erdas keeps apart."""
    return _there(_images(str(path)))


def content(path: Path | str) -> list[tuple[str, str]]:
    """Return the names of text files beside an image, each with what of it decides how the image is read.

    Files that decide nothing are left out.
    """
    texts = [(file.name, _text(file)) for file in _there(_texts(str(path)))]
    return [(name, text) for name, text in texts if text]


def deciding(path: Path | str) -> list[Path]:
    """Return the files beside an image that do decide how it is read: without those of remarks alone."""
    return [*images(path), *(Path(path).with_name(name) for name, _ in content(path))]


def _images(image: str) -> list[str]:
    return [*(f"{image}{ending}" for ending in IMAGES), *_with_endings(image, _PARTS)]


def _texts(image: str) -> list[str]:
    own = os.path.splitext(image)[1][1:]  # noqa: PTH122
    world = [f".{own[0]}{own[-1]}w", f".{own}w"] if own else []
    return [f"{image}{AUX}", *_with_endings(image, (*world, *_PLACING))]


def _with_endings(image: str, endings: Iterable[str]) -> list[str]:
    """Return an image's name with other endings, in small letters and capitals: GDAL tries both."""
    stem = os.path.splitext(image)[0]  # noqa: PTH122
    names = [stem + form for ending in endings for form in (ending.lower(), ending.upper())]
    return [name for name in names if name != image]


def _there(candidates: Iterable[str], there: Container[str] | None = None) -> list[Path]:
    # Archives have a million files, each with a dozen of candidates: Path takes five times as long.
    if there is not None:
        candidates = [one for one in candidates if one.rpartition("/")[2] in there]
    return [Path(one) for one in candidates if os.path.isfile(one)]  # noqa: PTH113


def _text(path: Path) -> str:
    """Return what counts of a file; empty where it cannot be read, as GDAL cannot either."""
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8", "backslashreplace")
    except OSError:
        return ""
    return _effective(text) if path.name.endswith(AUX) else text


def _effective(text: str) -> str:
    """Return auxiliary metadata without remarks; empty where nothing is left.

    What is not plain XML counts as it is: GDAL reads more than the parser here.
    """
    try:
        if "<!" in text:  # comments; entities, which could expand without end
            return text
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return text
    for parent in list(root.iter()):
        for part in [one for one in parent if _is_remark(one)]:
            parent.remove(part)
    for kind in ("Metadata", "PAMRasterBand"):
        for parent in list(root.iter()):
            for part in [one for one in parent if one.tag == kind and not len(one)]:
                parent.remove(part)
    return ElementTree.canonicalize(ElementTree.tostring(root), strip_text=True) if len(root) else ""


def _is_remark(part: ElementTree.Element) -> bool:
    return part.tag in _REMARKS or (part.tag == "MDI" and part.get("key", "").startswith(_STATISTICS))
