"""Any sensor's section of the configuration, told apart by its ``type``.

This alone loads the sections of all families: for the configuration, its documentation and its schema. Jobs load
those that they are given (:func:`landloom.sensors.registry.sections_of`).
"""

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from landloom.sensors.registry import FAMILIES
from landloom.sensors.settings import SensorSettings

if TYPE_CHECKING:
    AnySensor = SensorSettings
else:
    _SECTIONS = tuple(FAMILIES.load(name).SECTION for name in FAMILIES)
    AnySensor = Annotated[Union[_SECTIONS], Field(discriminator="type")]  # noqa: UP007
