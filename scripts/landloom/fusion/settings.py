"""The section `fusion` of the configuration: one map from several."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Section, only_placeholders


class OtherMap(Section):
    """A map made elsewhere, as another configuration's or another program's, tile by tile."""

    classification: FolderPath = Field(
        description="raster of class codes on the tile's grid, as `other/results/{year}/tiles/{tile}/run0/"
        "classification.tif`; `{year}` and `{tile}` are replaced; 0 is unclassified"
    )
    confidence: FolderPath | None = Field(
        None, description="raster of percentages, likewise; without it, its labels count as certain where maps tie"
    )

    @field_validator("classification", "confidence")
    @classmethod
    def _known_placeholders(cls, pattern: str | None) -> str | None:
        return only_placeholders(pattern, "year", "tile")


class FusionSettings(Section):
    """One map from those of all runs, and from others."""

    method: Literal["majority", "dempster_shafer"] = Field(
        "majority",
        description="`majority`: the class that most maps show; `dempster_shafer`: maps are believed as far as their "
        "confusion matrices say, each of its own test polygons (others: of all polygons that are not held out)",
    )
    mass: Literal["precision", "recall", "accuracy", "kappa"] = Field(
        "precision",
        description="how far `dempster_shafer` believes a map: precision or recall of the class that it shows, or "
        "accuracy or kappa of the whole map",
    )
    ties: Literal["confidence", "undecided"] = Field(
        "confidence", description="of classes that tie, the one shown with more confidence; or label 0"
    )
    maps: list[OtherMap] = Field([], description="further maps, fused with those of the runs")

    @model_validator(mode="after")
    def _mass_is_used(self) -> "FusionSettings":
        if self.method == "majority" and self.says("mass"):
            raise ValueError("`mass` is of `dempster_shafer`; leave it out")
        return self
