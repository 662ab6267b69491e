"""One band of an open file, as it is stored or as seen on another grid: all that GDAL resamples is asked for here."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import numpy as np
import rasterio
from rasterio.dtypes import dtype_rev, typename_fwd
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from landloom.geo import grids
from landloom.geo.grids import Grid, Window
from landloom.sensors.acquisition import RasterBand

_TOLERANCE_PX = 1e-6
"""As good as an exact transformation, which GDAL refuses to be asked for by 0; with its usual 1/8 of a pixel, results
would depend on the blocks that it computes."""

FEW_PX = 1.5
"""Pixels of an image across a pixel of the grid: interpolation between two would leave out some of more."""


@dataclass(frozen=True)
class Layer:
    """A band of an open file.

    Attributes
    ----------
    dataset : rasterio dataset
    number : int
        From 1.
    nodata : float or None
        Number without meaning, as the band's type holds it.
    """

    dataset: Any
    number: int
    nodata: float | None

    @property
    def dtype(self) -> str:
        """Return the type of the numbers."""
        return str(self.dataset.dtypes[self.number - 1])

    @property
    def grid(self) -> Grid:
        """Return where the pixels lie."""
        return grids.of_dataset(self.dataset)

    @property
    def block(self) -> tuple[int, int]:
        """Return the rows and columns of the blocks that the band is decoded in."""
        rows, columns = self.dataset.block_shapes[self.number - 1]
        return rows, columns

    def read(self, window: Window, out: np.ndarray | None = None) -> np.ndarray:
        """Return the numbers of a window."""
        return np.asarray(self.dataset.read(self.number, window=window.ranges, out=out))


@dataclass(frozen=True)
class Numbers:
    """What numbers a layer is to have on another grid.

    Attributes
    ----------
    dtype : str
    filling : float or None
        Of what is missing, and of what lies outside of the image; None: 0, which may be a number, too.
    """

    dtype: str
    filling: float | None


FLOATS = Numbers("float32", float("nan"))


def layer(dataset: Any, number: int, nodata: float | None = None) -> Layer:
    """Return a band of an open file.

    Parameters
    ----------
    nodata : float, optional
        Number without meaning; by default the file's own. What the band's type cannot hold marks nothing: metadata
        beside a file may tell such.
    """
    given = dataset.nodatavals[number - 1] if nodata is None else nodata
    return Layer(dataset, number, None if given is None else _as_held(dataset.dtypes[number - 1], given))


def _as_held(dtype: str, number: float) -> float | None:
    """Return a number as an image of a type holds it; None where it does not."""
    if np.issubdtype(np.dtype(dtype), np.floating):
        with np.errstate(over="ignore"):
            held = float(np.dtype(dtype).type(number))
        return None if np.isinf(held) and not np.isinf(number) else held
    info = np.iinfo(dtype)
    return float(number) if float(number).is_integer() and info.min <= number <= info.max else None


def with_gaps(source: Layer) -> Numbers:
    """Return numbers as a layer has them, of a type with one to spare for what is missing."""
    dtype = np.dtype(source.dtype)
    if source.nodata is not None:
        return Numbers(source.dtype, source.nodata)
    if np.issubdtype(dtype, np.floating):
        return Numbers(source.dtype, float("nan"))
    return Numbers("float32" if dtype.itemsize <= 2 else "float64", float("nan"))


@contextmanager
def on_grid(source: Layer, grid: Grid, resampling: str, numbers: Numbers) -> Iterator[Layer]:
    """See a layer on another grid, exact to 1e-6 of a pixel whatever the window.

    Bands whose pixels are clearly finer than those of the grid are averaged, unless the nearest pixel is asked for.
    """
    averaged = resampling != "nearest" and pixels_across(source.grid, grid) > FEW_PX
    # GDAL widens its kernel by the ratio of the images' extents, which a rotation between projections makes a few
    # per cent too large (values off by up to a fifth of the local contrast).
    kernel_scale = {} if averaged else {"XSCALE": 1.0, "YSCALE": 1.0}
    with _alone(source) as single:
        seen = WarpedVRT(
            single.dataset,
            resampling=Resampling.average if averaged else Resampling[resampling],
            src_nodata=single.nodata,
            nodata=numbers.filling,
            dtype=numbers.dtype,
            # Where a band could not be taken alone: by default, what it misses is a number where another has one.
            UNIFIED_SRC_NODATA="NO",
            tolerance=_TOLERANCE_PX,
            **kernel_scale,
            **grid.profile(),
        )
        # As contexts of their own, datasets could not be closed by another thread than that which opened them.
        with closing(seen):
            yield Layer(seen, single.number, numbers.filling)


@contextmanager
def _alone(source: Layer) -> Iterator[Layer]:
    """Take a band out of its file: GDAL resamples all bands together, with the gaps and transparency of others."""
    dataset = source.dataset
    path = dataset.name
    if RasterBand(path).is_remote:
        # The prefix leaves no driver but this one to open it: see remote.py.
        path = f"GTIFF_DIR:1:{path}" if dataset.driver == "GTiff" else ""
    if dataset.count == 1 or not path:
        yield source
        return
    # Look for no files beside: they have been asked already.
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"):
        alone = rasterio.open(_description(source, path))
        alone.read(1, window=((0, 1), (0, 1)))  # opens the file itself, which otherwise waits for this
    with closing(alone):
        yield Layer(alone, 1, source.nodata)


def _description(source: Layer, path: str) -> str:
    """Return a VRT of one band of a file, as text, which GDAL opens like a file."""
    dataset = source.dataset
    root = ElementTree.Element("VRTDataset", rasterXSize=str(dataset.width), rasterYSize=str(dataset.height))
    ElementTree.SubElement(root, "SRS").text = dataset.crs.to_wkt()
    ElementTree.SubElement(root, "GeoTransform").text = ", ".join(map(repr, dataset.transform.to_gdal()))
    dtype = typename_fwd[dtype_rev[source.dtype]]
    band = ElementTree.SubElement(root, "VRTRasterBand", dataType=dtype, band="1")
    simple = ElementTree.SubElement(band, "SimpleSource")
    # Datasets that are shared are closed while another thread reads them.
    ElementTree.SubElement(simple, "SourceFilename", relativeToVRT="0", shared="0").text = path
    ElementTree.SubElement(simple, "SourceBand").text = str(source.number)
    return ElementTree.tostring(root, encoding="unicode")


def pixels_across(source: Grid, target: Grid) -> float:
    """Return how many pixels of an image a pixel of a grid is wide (or high, if more), amid the grid."""
    middle = Window(target.rows // 2, target.columns // 2, 1, 1)
    x, y = (float(centre.item()) for centre in target.centres(middle))
    half_x, half_y = target.resolution / 2, target.resolution_y / 2
    to_source = grids.transformer(target.crs, source.crs).transform
    ends = to_source([x - half_x, x + half_x, x, x], [y, y, y - half_y, y + half_y])
    columns, rows = (np.diff(end)[[0, 2]] for end in ends)
    columns, rows = columns / source.resolution, rows / source.resolution_y
    return float(np.hypot(columns, rows).max())
