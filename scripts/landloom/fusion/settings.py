"""Section `fusion` of the configuration: fusion of several maps."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Section, only_placeholders

Mass = Literal["precision", "recall", "accuracy", "kappa"]
"""Scores that give basic belief masses: see :mod:`landloom.fusion.belief_masses`."""


class OtherMap(Section):
    """Map from another source, such as another configuration or program, by tile."""

    classification: FolderPath = Field(
        description="raster of class codes on the tile's grid, as `other/results/{year}/tiles/{tile}/run0/"
        "classification.tif`; `{year}` and `{tile}` are replaced; 0 is unclassified"
    )
    confidence: FolderPath | None = Field(
        None,
        description="raster of confidences in percent, likewise; without it, labels count as certain in ties",
    )

    @field_validator("classification", "confidence")
    @classmethod
    def _known_placeholders(cls, pattern: str | None) -> str | None:
        return only_placeholders(pattern, "year", "tile")


class FusionSettings(Section):
    """Fusion of the maps of all runs and of other maps."""

    method: Literal["majority", "mean_probability", "dempster_shafer", "mean", "median"] = Field(
        "majority",
        description="`majority`: the most frequent class; `mean_probability`: the class with the largest mean of the "
        "runs' probabilities; `dempster_shafer`: maps are weighted by their confusion matrices, each from its own "
        "test polygons (others: from all polygons that are not held out); with a `target`: `mean` or `median` of the "
        "runs' values and of their half widths",
    )
    mass: Mass = Field(
        "precision",
        description="belief of `dempster_shafer` in a map: precision or recall of the class of its label, or "
        "accuracy or kappa of the whole map",
    )
    ties: Literal["confidence", "undecided"] = Field(
        "confidence", description="among tied classes, the one with higher confidence; or label 0"
    )
    maps: list[OtherMap] = Field([], description="other maps, fused with those of the runs")

    @model_validator(mode="after")
    def _mass_is_used(self) -> "FusionSettings":
        if self.method != "dempster_shafer" and self.says("mass"):
            raise ValueError("`mass` belongs to `dempster_shafer`; leave it out")
        return self

    @model_validator(mode="after")
    def _probabilities_are_there(self) -> "FusionSettings":
        if self.method == "mean_probability" and self.maps:
            raise ValueError(
                "`mean_probability` is of the runs alone; for `maps` take `majority` or `dempster_shafer`"
            )
        if self.method == "mean_probability" and self.says("ties"):
            raise ValueError("`ties` are those of votes; leave it out with `mean_probability`")
        return self

    @property
    def made_with_runs(self) -> bool:
        """Return whether the fused map follows from what the runs predict: then it is made in the same pass."""
        return self.method != "dempster_shafer" and not self.maps
