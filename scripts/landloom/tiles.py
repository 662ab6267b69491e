"""From a tile's tables to its chain: acquisitions, output dates, features, reader."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from landloom import features, sensors
from landloom.config import AnySensor, FeatureSettings
from landloom.features import SensorFeatures
from landloom.grids import Grid
from landloom.looks import read_looks, used_acquisitions
from landloom.sensors.base import Acquisition
from landloom.series import TileReader


@dataclass(frozen=True)
class Chain:
    """What is read of a tile, and what is made of it."""

    acquisitions: Mapping[str, list[Acquisition]]
    features: list[SensorFeatures]
    resampling: Mapping[str, str]

    @property
    def looks(self) -> int:
        """Return the number of acquisitions of all sensors."""
        return sum(len(looks) for looks in self.acquisitions.values())

    @property
    def bands(self) -> int:
        """Return the largest number of bands of a sensor."""
        return max(len(sensor.bands) for sensor in self.features)


def prepare(
    settings: Mapping[str, AnySensor],
    feature_settings: FeatureSettings,
    tile: str,
    table: Path | str,
    dates: Path | str,
) -> Chain:
    """Put together a tile's chain from ``acquisitions.csv`` and ``dates.json``."""
    acquisitions = used_acquisitions(settings, tile, read_looks(table))
    outputs = json.loads(Path(dates).read_text(encoding="utf-8"))
    stacks = [
        features.of_sensor(
            sensor,
            looks[0].band_names,
            sensors.common_names(settings[sensor]),
            feature_settings.bands,
            feature_settings.indices,
            [look.date for look in looks],
            [datetime.date.fromisoformat(date) for date in outputs[sensor]],
        )
        for sensor, looks in acquisitions.items()
    ]
    return Chain(acquisitions, stacks, {sensor: one.resampling for sensor, one in settings.items()})


def open_reader(chain: Chain, grid: Grid, threads: int) -> TileReader:
    """Return a reader of all sensors' series."""
    return TileReader(chain.acquisitions, grid, chain.resampling, threads)
