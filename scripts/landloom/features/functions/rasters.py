"""Static rasters on a tile's grid for user-defined functions."""

from dataclasses import dataclass

import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.reading import missing, warping


@dataclass(frozen=True)
class RasterReader:
    """A raster warped to a tile's grid.

    Attributes
    ----------
    path : str
    grid : Grid
    """

    path: str
    grid: Grid

    def read(self, window: Window, band: int) -> np.ndarray:
        """Return a band of a window: float32, NaN outside of the raster and at nodata.

        Interpolated bilinearly, or averaged where the raster is finer than the grid.

        Raises
        ------
        InputError
            If the file or the band cannot be read.
        """
        try:
            with raster_doors.opened(self.path) as dataset:
                if not 1 <= band <= dataset.count:
                    raise InputError(f"{self.path}: has {dataset.count} bands, no band {band}")
                with (
                    missing.band(dataset, band) as stored,
                    warping.on_grid(stored, self.grid, "bilinear", warping.FLOATS) as seen,
                ):
                    return seen.read(window)
        except (rasterio.errors.RasterioError, ValueError) as error:
            raise InputError(f"{self.path}: cannot be read ({error.__cause__ or error})") from None
