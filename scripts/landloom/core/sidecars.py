"""Files beside an image from which GDAL takes how it is read: nodata values, scale, position.

Programs write their own remarks there, too, as QGIS does its statistics when an image is looked at. These change no
value, and must not make a map again.
"""

from pathlib import Path
from xml.etree import ElementTree

from landloom.core.files import read_limited

AUX, MASK = ".aux.xml", ".msk"
"""Endings of GDAL's auxiliary metadata (PAM) and masks, after the image's whole name."""

WORLD_FILES = (".tfw", ".tifw", ".wld", ".j2w", ".prj")
"""Endings of files that place an image which does not do so itself, instead of the image's own ending."""

REMARKS = ("Metadata", "Histograms", "GDALRasterAttributeTable", "CategoryNames", "Description", "UnitType")
"""Parts of auxiliary metadata that change no value."""

MOST_BYTES = 2**24


def beside(path: Path | str) -> list[Path]:
    """Return the files beside an image that may decide how it is read."""
    image = Path(path)
    candidates = [image.with_name(f"{image.name}{ending}") for ending in (AUX, MASK)]
    candidates += [image.with_suffix(ending) for ending in WORLD_FILES]
    return [one for one in candidates if one != image and one.is_file()]


def content(path: Path | str) -> list[tuple[str, str]]:
    """Return the names of text files beside an image, each with what of it decides how the image is read.

    Files that decide nothing are left out. A mask is one of the acquisition's own files.
    """
    texts = [(file.name, _text(file)) for file in beside(path) if file.suffix != MASK]
    return [(name, text) for name, text in texts if text]


def _text(path: Path) -> str:
    """Return what counts of a file; empty where it cannot be read, as GDAL cannot either."""
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8", "replace")
        return _effective(text) if path.name.endswith(AUX) else text
    except (OSError, ElementTree.ParseError):
        return ""


def _effective(text: str) -> str:
    """Return auxiliary metadata without remarks; empty where nothing is left."""
    if "<!" in text:  # entities, which could expand without end; auxiliary metadata have none
        return ""
    root = ElementTree.fromstring(text)
    for parent in list(root.iter()):
        for part in [one for one in parent if one.tag in REMARKS]:
            parent.remove(part)
    for band in [one for one in root.iter("PAMRasterBand") if not len(one)]:
        root.remove(band)
    return ElementTree.canonicalize(ElementTree.tostring(root), strip_text=True) if len(root) else ""
