"""Section `sensor_fusion` of the configuration: a model per sensor group, fused after classification."""

from collections import Counter
from collections.abc import Collection
from itertools import chain
from typing import Annotated

from pydantic import Field

from landloom.core.section import Name, Section
from landloom.core.text import shortened
from landloom.fusion.settings import Mass


class SensorFusionSettings(Section):
    """Groups of sensors, such as optical and radar: each group has its own model, and evidence decides.

    Static rasters and user-defined functions can be in several groups.

    The belief in a group's model comes from folds of whole polygons of its training samples (`cross_validation`),
    without test polygons. If groups disagree, Dempster's rule decides; a group without valid observation of a pixel
    is ignored there.
    """

    groups: dict[Name, Annotated[list[Name], Field(min_length=1)]] = Field(
        description="names of groups, each with its sensors, rasters and functions (by `prefix`, else name); every "
        "sensor is in one group, every raster and function in one or more",
        min_length=2,
        max_length=9,
    )
    mass: Mass = Field(
        "precision",
        description="measure of belief in a group: precision or recall of the class of its label, or accuracy or "
        "kappa",
    )

    def check_groups(self, sensors: Collection[str], others: Collection[str]) -> None:
        """Raise ValueError if a source of features is in no group, a sensor in several, or a group has no sensor.

        Parameters
        ----------
        sensors : collection of str
        others : collection of str
            Rasters, and functions by their labels.
        """
        groups_of = Counter(chain.from_iterable(map(set, self.groups.values())))
        known = {*sensors, *others}
        unknown = sorted(set(groups_of) - known)
        if unknown:
            raise ValueError(f"sensor_fusion.groups: {unknown[0]} is not among {shortened(sorted(known))}")
        lonely = sorted(known - set(groups_of))
        if lonely:
            raise ValueError(f"sensor_fusion.groups: {shortened(lonely)} must be in a group")
        doubled = sorted(name for name in sensors if groups_of[name] > 1)
        if doubled:
            raise ValueError(
                f"sensor_fusion.groups: {doubled[0]} is in more than one group; only rasters and functions may be"
            )
        blind = [name for name, members in self.groups.items() if not set(sensors) & set(members)]
        if blind:
            raise ValueError(f"sensor_fusion.groups: {blind[0]} has no sensor; give it one")
