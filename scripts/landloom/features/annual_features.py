"""Features of annual images: their bands as they are, without date."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features.selection import SensorBands
from landloom.reading.observations import SeriesWindow

ANNUAL = "annual"
"""Form of images of which there is one a year."""


@dataclass(frozen=True)
class AnnualFeatures:
    """Feature block of the one image of a year: see :class:`landloom.features.vectors.Part`.

    Attributes
    ----------
    bands : SensorBands
    """

    bands: SensorBands

    @property
    def names(self) -> list[str]:
        """Return the names of the features: those of the bands behind that of the sensor."""
        return [f"{self.bands.sensor}_{band}" for band in self.bands.names]

    @property
    def scales(self) -> list[float]:
        """Return the stored number of the value 1 of each feature."""
        return [self.bands.unit] * len(self.bands.names)

    def write(
        self,
        series: Mapping[str, SeriesWindow],
        pixels: np.ndarray,
        matrix: np.ndarray,
        column: int,
        seen: np.ndarray,
    ) -> None:
        """Write the features of some pixels: see :class:`landloom.features.vectors.Part`."""
        window, own = series[self.bands.sensor], matrix[:, column : column + len(self.bands.names)]
        if not len(window.valid):
            own[:] = NODATA
            return
        valid = window.valid[0, pixels]
        own[:] = np.where(valid[:, None], window.values[0][:, pixels].T, NODATA)
        seen |= valid
