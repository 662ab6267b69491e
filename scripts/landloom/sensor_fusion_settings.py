"""The section `sensor_fusion` of the configuration: a model for each group of sensors, fused after classification."""

from collections import Counter
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field, field_validator

from landloom.section import Name, Section


class SensorFusionSettings(Section):
    """Sensors in groups, as optical ones and radar: each group has a model of its own, and evidence decides.

    How far a group's model is believed is told by folds of whole polygons of its training samples
    (`cross_validation`), so that test polygons stay out of it. Where groups disagree, Dempster's rule decides; a
    group that never saw a pixel clear has no voice there.
    """

    groups: dict[Name, Annotated[list[Name], Field(min_length=1)]] = Field(
        description="names of groups, each with its sensors; every sensor is in one group", min_length=2, max_length=9
    )
    mass: Literal["precision", "recall", "accuracy", "kappa"] = Field(
        "precision",
        description="how far a group is believed: precision or recall of the class that it shows, or accuracy or "
        "kappa of all",
    )

    @field_validator("groups")
    @classmethod
    def _one_group_each(cls, groups: dict[str, list[str]]) -> dict[str, list[str]]:
        twice = sorted(name for name, count in Counter(chain.from_iterable(groups.values())).items() if count > 1)
        if twice:
            raise ValueError(f"{twice[0]} is in more than one group")
        return groups
