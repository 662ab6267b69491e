"""Section of any sensor, a union discriminated by ``type``.

Only this module loads the sections of all families: for the configuration, its documentation and its schema. Jobs
load the sections that they need (:func:`landloom.sensors.registry.sections_of`).
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
