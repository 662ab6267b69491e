"""Static rasters on a tile's grid for user-defined functions."""

from dataclasses import dataclass

import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.reading import declared_scaling, missing, warping
from landloom.sensors.acquisition import RasterBand


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
        """Return a band of a window: float32, by the scale and offset of the file, NaN outside of it and at nodata.

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
                    told = RasterBand(self.path, band, unit=1.0, file_scale="replaces", file_offset="replaces")
                    scaled = declared_scaling.applied(told, dataset)
                    # Numbers of a file without a scale stay as they are: 1 and 0 change none.
                    return seen.read(window) * np.float32(scaled.gain) + np.float32(scaled.shift)
        except (rasterio.errors.RasterioError, ValueError) as error:
            raise InputError(f"{self.path}: cannot be read ({error.__cause__ or error})") from None
