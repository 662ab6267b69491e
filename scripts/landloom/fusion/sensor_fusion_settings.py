"""The section `sensor_fusion` of the configuration: a model for each group of sensors, fused after classification."""

from collections import Counter
from collections.abc import Collection
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field

from landloom.core.section import Name, Section
from landloom.core.text import shortened


class SensorFusionSettings(Section):
    """Sensors in groups, as optical ones and radar: each group has a model of its own, and evidence decides.

    Rasters without time, as altitude, and functions of your own can be in several groups.

    How far a group's model is believed is told by folds of whole polygons of its training samples
    (`cross_validation`), so that test polygons stay out of it. Where groups disagree, Dempster's rule decides; a
    group that never saw a pixel clear has no voice there.
    """

    groups: dict[Name, Annotated[list[Name], Field(min_length=1)]] = Field(
        description="names of groups, each with its sensors, rasters and functions (by `prefix`, else name); every "
        "sensor is in one group, every raster and function in one or more",
        min_length=2,
        max_length=9,
    )
    mass: Literal["precision", "recall", "accuracy", "kappa"] = Field(
        "precision",
        description="how far a group is believed: precision or recall of the class that it shows, or accuracy or "
        "kappa of all",
    )

    def check_groups(self, sensors: Collection[str], others: Collection[str]) -> None:
        """Raise ValueError where a source of features is in no group, a sensor in several, or a group has no sensor.

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
