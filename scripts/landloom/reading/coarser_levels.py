"""Coarser levels that JPEG 2000 and cloud-optimized GeoTIFFs hold, for grids that are coarser than a file's pixels.

Only what a level needs is decoded: of JPEG 2000, a quarter of the pixels or less. Its numbers are not those of
averaging: JPEG 2000 (ISO/IEC 15444-1, annex F) smooths by the low-pass filter of its wavelet (of the reversible one,
weights -1/8, 1/4, 3/4, 1/4, -1/8), which is centred on the upper left of the pixels that a coarse one covers; those
of a GeoTIFF are what their writer chose. Missing pixels (0) blend into their neighbours.
"""

from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any

from rasterio.vrt import WarpedVRT

from landloom.geo import grids
from landloom.geo.grids import Grid
from landloom.geo.opening import raster_doors
from landloom.reading import missing
from landloom.reading.warping import FEW_PX, pixels_across
from landloom.sensors.acquisition import RasterBand

RESAMPLING = "coarser_level"
"""Value of the key `resampling` that takes such levels."""


def opened(dataset: Any, band: RasterBand, grid: Grid) -> AbstractContextManager[Any]:
    """Open the coarsest level of a band's file that is no coarser than a grid; the file itself if there is none.

    A file of several bands, or with a mask or several nodata values, is read in full.
    """
    level = level_of(dataset, band, grid)
    if level is None:
        return nullcontext(dataset)
    return closing(raster_doors.opened_again(dataset, overview_level=level))


def level_of(dataset: Any, band: RasterBand, grid: Grid) -> int | None:
    """Return the number of that level, from 0; None for the file itself."""
    if isinstance(dataset, WarpedVRT) or band.variable or dataset.count > 1:
        return None
    if not missing.signs(dataset, band.number, band.nodata).are_plain:
        return None
    across = pixels_across(grids.of_dataset(dataset), grid)
    fitting = [number for number, times in enumerate(dataset.overviews(band.number)) if times <= across + 1e-6]
    return fitting[-1] if across > FEW_PX and fitting else None
