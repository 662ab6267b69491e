"""Section `samples.from_map` of the configuration: samples from reliable pixels of an earlier map."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Label, PositiveInt, Section, only_placeholders

LAYERS = ("classification", "confidence", "validity")


class MapSampleSettings(Section):
    """Samples of stable classes, drawn from reliable pixels of an earlier map."""

    labels: list[Label] = Field(description="labels of the classes to draw", min_length=1)
    year: int | None = Field(
        None, description="year of `years` whose map (of run 0) is used; its own models get no samples from maps"
    )
    classification: FolderPath | None = Field(
        None,
        description="instead of `year`: raster of class codes of this nomenclature on the tile's grid; `{year}` and "
        "`{tile}` are replaced",
    )
    confidence: FolderPath | None = Field(None, description="likewise: raster of percentages")
    validity: FolderPath | None = Field(None, description="likewise: raster of the number of valid observations")
    number: PositiveInt | None = Field(
        None, description="samples of each class, region and run; by default as many as are drawn from the reference"
    )
    minimum_confidence: Annotated[int, Field(ge=0, le=100)] = Field(
        80, description="smallest confidence of a reliable pixel, in percent"
    )
    minimum_observations: PositiveInt = Field(1, description="smallest number of valid observations")

    @field_validator(*LAYERS)
    @classmethod
    def _known_placeholders(cls, pattern: str | None) -> str | None:
        return only_placeholders(pattern, "year", "tile")

    @model_validator(mode="after")
    def _one_map(self) -> "MapSampleSettings":
        if len(self.layers()) != (0 if self.year else len(LAYERS)):
            raise ValueError(f"needs either `year` or all of {', '.join(f'`{layer}`' for layer in LAYERS)}")
        return self

    def layers(self) -> dict[str, str]:
        """Return the patterns of the map's files; empty for the map of a year of this configuration."""
        return {layer: getattr(self, layer) for layer in LAYERS if getattr(self, layer)}
