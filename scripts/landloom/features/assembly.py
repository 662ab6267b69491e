"""Complete tile pipeline from a tile's tables: sensors, static rasters, user-defined functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landloom.features import pipeline as tiles
from landloom.features.annual_features import ANNUAL
from landloom.features.blocks import use_kernels_of
from landloom.features.functions import calls as user_functions
from landloom.features.pipeline import SensorSource, TilePipeline
from landloom.features.settings import FeatureSettings
from landloom.features.static_rasters import features as static_rasters
from landloom.features.static_rasters import settings as static_raster_settings
from landloom.features.static_rasters.settings import StaticRasterSettings
from landloom.geo.grids import Grid
from landloom.prepared.forms import SERIES
from landloom.survey import descriptions
from landloom.timeseries.settings import METHODS


@dataclass(frozen=True)
class Sources:
    """Sources of features in a configuration.

    Attributes
    ----------
    sensors : dict of name: SensorSource
    rasters : dict of name: StaticRasterSettings
    features : FeatureSettings
    """

    sensors: Mapping[str, SensorSource]
    rasters: Mapping[str, StaticRasterSettings]
    features: FeatureSettings

    @classmethod
    def of_content(cls, sensors: dict[str, Any], rasters: dict[str, Any], features: dict[str, Any]) -> "Sources":
        """Return the typed sections from plain values."""
        return cls(
            {name: SensorSource.of_content(name, content) for name, content in sensors.items()},
            static_raster_settings.of_content(rasters),
            FeatureSettings(**features),
        )

    @property
    def use_kernels(self) -> list[Callable[[], None]]:
        """Return the functions that compile the kernels of the interpolation method, and those of annual images."""
        annual = [one.images == ANNUAL for one in self.sensors.values()]
        methods = [] if all(annual) else [use_kernels_of(METHODS.load(self.features.interpolation.method))]
        return [*methods, *([SERIES.load(ANNUAL).use_kernels] if any(annual) else [])]


@dataclass(frozen=True)
class Tables:
    """Tables of a tile from earlier jobs.

    Attributes
    ----------
    acquisitions, dates : path
        ``acquisitions.csv``, with the descriptions in the same folder, and ``dates.json``.
    shifts, functions, prepared : path or empty
        ``shifts.csv``, ``functions.json`` and ``prepared.csv``, if there are images to shift, functions to call, and
        copies of images to read.
    """

    acquisitions: Path | str
    dates: Path | str
    shifts: Path | str = ""
    functions: Path | str = ""
    prepared: Path | str = ""


def of_sensors(sources: Sources, tables: Tables) -> TilePipeline:
    """Return the pipeline of a tile's sensors only."""
    described = Path(tables.acquisitions).with_name(descriptions.FILE)
    return tiles.prepare(
        sources.sensors, sources.features, described, tables.dates, tables.shifts or None, tables.prepared or None
    )


def of_tile(sources: Sources, tables: Tables, grid: Grid, tile: str, year: str) -> TilePipeline:
    """Return the pipeline of all features of a tile."""
    pipeline = static_rasters.with_rasters(of_sensors(sources, tables), sources.rasters, tile, year)
    return user_functions.with_functions(pipeline, sources.features, grid, tile, year, tables.functions)
