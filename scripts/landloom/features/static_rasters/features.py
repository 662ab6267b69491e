"""Features of static rasters such as altitude, equal on all dates.

Rasters are read as a sensor with one observation and one band, through the same stream of windows, but do not count
as observations of a pixel.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features.pipeline import TilePipeline
from landloom.features.static_rasters.settings import StaticRasterSettings
from landloom.features.vectors import Layout
from landloom.reading.observations import SeriesWindow
from landloom.sensors.acquisition import Acquisition

_NO_DATE = datetime.date.min
"""Placeholder date of a raster that is read like an acquisition."""


@dataclass(frozen=True)
class StaticFeature:
    """Feature block of a raster: see :class:`landloom.features.vectors.Part`."""

    name: str

    @property
    def names(self) -> list[str]:
        """Return the name of the feature: that of the raster."""
        return [self.name]

    def write(
        self,
        series: Mapping[str, SeriesWindow],
        pixels: np.ndarray,
        matrix: np.ndarray,
        column: int,
        seen: np.ndarray,
    ) -> None:
        """Write the feature of some pixels, -10000 at nodata; ``seen`` is unchanged."""
        window = series[self.name]
        matrix[:, column] = np.where(window.valid[0, pixels], window.values[0, 0, pixels], NODATA)


def with_rasters(
    pipeline: TilePipeline, settings: Mapping[str, StaticRasterSettings], tile: str, year: str
) -> TilePipeline:
    """Return a tile's pipeline extended by a feature of each raster, after those of the sensors."""
    images = {name: [_image(name, one, tile, year)] for name, one in settings.items()}
    parts = tuple(StaticFeature(name) for name in settings)
    return replace(
        pipeline,
        acquisitions={**pipeline.acquisitions, **images},
        layout=Layout((*pipeline.layout.parts, *parts)),
        resampling={**pipeline.resampling, **{name: one.resampling for name, one in settings.items()}},
        band_counts={**pipeline.band_counts, **dict.fromkeys(settings, 1)},
    )


def _image(name: str, settings: StaticRasterSettings, tile: str, year: str) -> Acquisition:
    bands = ((name, settings.band(tile, year)),)
    return Acquisition(name, tile, _NO_DATE, name, bands, (), masks_cover_nodata=False)
