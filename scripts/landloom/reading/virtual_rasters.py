"""Virtual rasters: single bands of files as text that GDAL opens like a file (VRT)."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from rasterio.dtypes import dtype_rev, typename_fwd
from rasterio.vrt import WarpedVRT

from landloom.geo.opening import raster_doors
from landloom.sensors.acquisition import RasterBand

MASK_OF = "mask,"
"""Begins the name of a band's mask in GDAL: ``mask,2`` is that of the second band."""


@dataclass(frozen=True)
class Source:
    """Band that a virtual band shows.

    Attributes
    ----------
    path : str
        File, or description of another virtual raster.
    band : str
        Number of the band, or ``mask,`` and the number.
    without : float or None
        Number that is left out.
    masked : bool
        Whether pixels that the source's mask hides are left out.
    """

    path: str
    band: str = "1"
    without: float | None = None
    masked: bool = False


def path_of(dataset: Any) -> str:
    """Return the path by which a virtual raster may open a dataset's file; empty if it may not.

    A remote file must not be opened as anything but the GeoTIFF that it was: a VRT could name any local file. An
    image that :mod:`landloom.reading.containers` turned has no path of its own.
    """
    if isinstance(dataset, WarpedVRT):
        return ""
    path = str(dataset.name)
    if not RasterBand(path).is_remote:
        return path
    return f"GTIFF_DIR:1:{path}" if dataset.driver == "GTiff" else ""


def description(
    dataset: Any, dtype: str, source: Source, nodata: float | None = None, mask: Source | None = None
) -> str:
    """Return a virtual raster of one band on a dataset's grid.

    Parameters
    ----------
    nodata : float, optional
        Number of pixels that are left out.
    mask : Source, optional
        Band that is 0 where pixels are hidden.
    """
    root = ElementTree.Element("VRTDataset", rasterXSize=str(dataset.width), rasterYSize=str(dataset.height))
    if dataset.crs:
        ElementTree.SubElement(root, "SRS").text = dataset.crs.to_wkt()
    ElementTree.SubElement(root, "GeoTransform").text = ", ".join(map(repr, dataset.transform.to_gdal()))
    _add_band(root, dtype, source, nodata)
    if mask:
        _add_band(ElementTree.SubElement(root, "MaskBand"), "uint8", mask, None)
    return ElementTree.tostring(root, encoding="unicode")


def _add_band(parent: ElementTree.Element, dtype: str, source: Source, nodata: float | None) -> None:
    band = ElementTree.SubElement(parent, "VRTRasterBand", dataType=typename_fwd[dtype_rev[dtype]])
    if nodata is not None:
        ElementTree.SubElement(band, "NoDataValue").text = repr(nodata)
    kind = "ComplexSource" if source.masked or source.without is not None else "SimpleSource"
    part = ElementTree.SubElement(band, kind)
    # Shared datasets would be closed while another thread reads them.
    ElementTree.SubElement(part, "SourceFilename", relativeToVRT="0", shared="0").text = source.path
    ElementTree.SubElement(part, "SourceBand").text = source.band
    if source.without is not None:
        ElementTree.SubElement(part, "NODATA").text = repr(source.without)
    if source.masked:
        ElementTree.SubElement(part, "UseMaskBand").text = "true"


@contextmanager
def opened(text: str, beside: str = raster_doors.NO_FILES_BESIDE) -> Iterator[Any]:
    """Open a virtual raster.

    Parameters
    ----------
    beside : str
        See :func:`landloom.geo.opening.raster_doors.description`.
    """
    with closing(raster_doors.description(text, beside)) as dataset:
        yield dataset
