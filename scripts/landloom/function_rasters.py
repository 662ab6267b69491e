"""Rasters without time, on a tile's grid, for functions of the user's own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from landloom import bands, grids
from landloom.errors import InputError
from landloom.grids import Grid, Window

_TOLERANCE_PX = 1e-6
"""As good as an exact transformation, so that values do not depend on the window."""

_FINE_PX = 1.5
"""Pixels of the raster across a pixel of the grid from which on they are averaged."""


@dataclass(frozen=True)
class RasterReader:
    """A raster as seen on a tile's grid.

    Attributes
    ----------
    path : str
    grid : Grid
    """

    path: str
    grid: Grid

    def read(self, window: Window, band: int) -> np.ndarray:
        """Return a band of a window: float32, NaN outside of the raster and where it has no value.

        Interpolated bilinearly, or averaged where the raster is finer than the grid.

        Raises
        ------
        InputError
            Where the file or the band cannot be read.
        """
        try:
            with rasterio.open(self.path) as dataset:
                if not 1 <= band <= dataset.count:
                    raise InputError(f"{self.path}: has {dataset.count} bands, no band {band}")
                with WarpedVRT(dataset, **self._options(dataset, band)) as seen:
                    values = seen.read(band, window=window.ranges)
        except (rasterio.errors.RasterioError, ValueError) as error:
            raise InputError(f"{self.path}: cannot be read ({error.__cause__ or error})") from None
        return values

    def _options(self, dataset: Any, band: int) -> dict[str, Any]:
        """Return how the raster is brought onto the grid."""
        source = grids.of_dataset(dataset)
        averaged = bands.pixels_across(source, self.grid) > _FINE_PX
        # As in bands.py: GDAL's own widening of the kernel would blur a raster of a rotated projection.
        kernel = {} if averaged else {"XSCALE": 1.0, "YSCALE": 1.0}
        return {
            "resampling": Resampling.average if averaged else Resampling.bilinear,
            "src_nodata": dataset.nodatavals[band - 1],
            "nodata": float("nan"),
            "dtype": "float32",
            "tolerance": _TOLERANCE_PX,
            **kernel,
            **self.grid.profile(),
        }
