"""All sections of the configuration that describe sensors, told apart by their ``type``."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from landloom.sensors.hls_settings import HlsSettings
from landloom.sensors.landsat.settings import Landsat8TheiaSettings, LandsatC2Settings, LandsatTheiaOldSettings
from landloom.sensors.sentinel2.settings import Sen2corSettings, Sentinel2L3aSettings, TheiaSettings
from landloom.sensors.series_settings import SeriesSettings
from landloom.sensors.stac.settings import StacSettings

AnySensor = Annotated[
    TheiaSettings
    | Sen2corSettings
    | Sentinel2L3aSettings
    | Landsat8TheiaSettings
    | LandsatTheiaOldSettings
    | LandsatC2Settings
    | HlsSettings
    | SeriesSettings
    | StacSettings,
    Field(discriminator="type"),
]


def of_content(content: dict[str, Any]) -> dict[str, AnySensor]:
    """Return the typed sensors of a configuration's part that was dumped to plain values."""
    return TypeAdapter(dict[str, AnySensor]).validate_python(content)
