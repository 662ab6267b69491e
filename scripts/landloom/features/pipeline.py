"""Tile pipeline: acquisitions, output dates, features and reader from a tile's tables."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from landloom.core.errors import InputError
from landloom.core.files import REMAKE, read_limited
from landloom.features import sensor_features
from landloom.features.annual_features import ANNUAL, AnnualFeatures
from landloom.features.names import twice
from landloom.features.selection import SensorBands
from landloom.features.settings import FeatureSettings
from landloom.features.vectors import Layout, Part
from landloom.geo.grids import Grid
from landloom.prepared import prepared_table
from landloom.prepared.forms import SERIES
from landloom.reading.observations import ReadersOf
from landloom.reading.series_reader import TileReader
from landloom.sensors.acquisition import Acquisition
from landloom.survey import descriptions
from landloom.survey import shift_table as shifts


@dataclass(frozen=True)
class SensorSource:
    """Settings of a sensor for reading its images; the survey provides its acquisitions.

    Attributes
    ----------
    bands : SensorBands
    resampling : str
        Resampling of bands on another grid.
    images : str
        Form of prepared images.
    reading : dict
        What the readers of a form of images take from the section.
    held_bytes : int
        Memory of a pixel of an observation while it is read, beside its values.
    """

    bands: SensorBands
    resampling: str
    images: str = "optical"
    reading: Mapping[str, Any] = field(default_factory=dict)
    held_bytes: int = 0

    @classmethod
    def of_content(cls, sensor: str, content: Mapping[str, Any]) -> Self:
        """Return the source from plain values, as the plan of sensors has them."""
        bands = SensorBands(sensor, tuple(content["bands"]), content["letters"], content["unit"])
        return cls(bands, content["resampling"], content["images"], content["reading"], content["held_bytes"])


@dataclass(frozen=True)
class TilePipeline:
    """Inputs and features of a tile."""

    acquisitions: Mapping[str, list[Acquisition]]
    layout: Layout
    output_dates: Mapping[str, list[datetime.date]]
    resampling: Mapping[str, str]
    band_counts: Mapping[str, int]
    readers: Mapping[str, ReadersOf] = field(default_factory=dict)
    """Readers of sensors whose observations are not read one by one."""
    held_bytes: Mapping[str, int] = field(default_factory=dict)
    """Memory of a pixel of an observation of each sensor while it is read, beside its values."""

    @property
    def observations(self) -> int:
        """Return the number of acquisitions of all sensors."""
        return sum(len(observations) for observations in self.acquisitions.values())

    @property
    def bytes_per_pixel(self) -> int:
        """Return the memory of all observations of a pixel: int16 for each band, validity, and what readers hold."""
        return sum(
            len(observations) * (2 * self.band_counts[sensor] + 1 + self.held_bytes.get(sensor, 0))
            for sensor, observations in self.acquisitions.items()
        )


def prepare(
    sources: Mapping[str, SensorSource],
    feature_settings: FeatureSettings,
    described: Path | str,
    dates: Path | str,
    shift_table: Path | str | None = None,
    prepared: Path | str | None = None,
) -> TilePipeline:
    """Assemble a tile's pipeline from ``acquisitions.json`` and ``dates.json``.

    Parameters
    ----------
    shift_table, prepared : path, optional
        ``shifts.csv`` and ``prepared.csv``, if there are images to shift, and copies to read in place of products.
    """
    acquisitions = descriptions.read(described, list(sources))
    if shift_table:
        acquisitions = shifts.moved(acquisitions, shifts.read(shift_table))
    if prepared:
        acquisitions = prepared_table.in_place_of_products(acquisitions, prepared)
    outputs = read_dates(dates)
    parts = tuple(
        _part(sources[sensor], feature_settings, observations, _of_sensor(outputs, sensor, dates))
        for sensor, observations in acquisitions.items()
    )
    if repeated := twice(name for part in parts for name in part.names):
        raise InputError(f"features: two features are named `{repeated[0]}`; rename a sensor, band or expression")
    resampling = {sensor: one.resampling for sensor, one in sources.items()}
    band_counts = {sensor: len(one.bands.names) for sensor, one in sources.items()}
    readers = {
        sensor: SERIES.load(one.images).readers_of(one.reading)
        for sensor, one in sources.items()
        if one.images in SERIES
    }
    held = {sensor: one.held_bytes for sensor, one in sources.items()}
    return TilePipeline(acquisitions, Layout(parts), outputs, resampling, band_counts, readers, held)


def _part(
    source: SensorSource,
    settings: FeatureSettings,
    observations: Sequence[Acquisition],
    output_dates: Sequence[datetime.date],
) -> Part:
    """Return the features of a sensor: of its series, or of the one image of a year."""
    if source.images == ANNUAL:
        if len(observations) > 1:
            years = " and ".join(one.product for one in observations)
            raise InputError(
                f"sensors.{source.bands.sensor}: the period of the map has the images of {years}; shorten it"
            )
        return AnnualFeatures(source.bands)
    return sensor_features.of_settings(source.bands, settings, [one.date for one in observations], output_dates)


def read_dates(path: Path | str) -> dict[str, list[datetime.date]]:
    """Read the output dates of each sensor from ``dates.json``.

    Raises
    ------
    InputError
        If the file is not such a list.
    """
    try:
        content = json.loads(read_limited(path, 2**24))
        return {sensor: [datetime.date.fromisoformat(date) for date in dates] for sensor, dates in content.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: is not a list of dates ({error}); {REMAKE}") from None


def _of_sensor(outputs: Mapping[str, list[datetime.date]], sensor: str, path: Path | str) -> list[datetime.date]:
    if not outputs.get(sensor):
        raise InputError(f"{path}: has no date of {sensor}; {REMAKE}")
    return outputs[sensor]


def open_reader(pipeline: TilePipeline, grid: Grid, threads: int) -> TileReader:
    """Return a reader of all sensors' series."""
    return TileReader(
        pipeline.acquisitions, grid, pipeline.resampling, threads, pipeline.band_counts, pipeline.readers
    )
