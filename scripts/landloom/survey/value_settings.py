"""Section `values`: limits of the values of bands that the survey of a tile finds."""

from typing import Annotated

from pydantic import Field, model_validator

from landloom.core.section import Section

FractionOrWhole = Annotated[float, Field(ge=0, le=1)]
Levels = Annotated[int, Field(ge=0, le=32767)]


class ClippedSettings(Section):
    """Fractions of the valid pixels whose values after scaling lie outside of what is stored, and are clipped."""

    warn: FractionOrWhole = Field(0.001, description="fraction above which the survey warns")
    fail: FractionOrWhole = Field(0.05, description="fraction above which the survey stops; 1: never")

    @model_validator(mode="after")
    def _in_order(self) -> "ClippedSettings":
        if self.warn > self.fail:
            raise ValueError(f"`warn` ({self.warn}) must not be above `fail` ({self.fail})")
        return self


class LevelSettings(Section):
    """Numbers between the least and the greatest value of a band after scaling, where files tell it more finely."""

    warn: Levels = Field(100, description="levels below which the survey warns")
    fail: Levels = Field(
        10, description="levels below which the survey stops, as where a band is constant on all dates; 0: never"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "LevelSettings":
        if self.warn < self.fail:
            raise ValueError(f"`warn` ({self.warn}) must not be below `fail` ({self.fail})")
        return self


class ValueSettings(Section):
    """Limits of the values of bands in the blocks of a tile that its survey samples: see docs/sensors.md."""

    clipped: ClippedSettings = Field(ClippedSettings(), description="limits of clipped values")  # type: ignore[call-arg]
    levels: LevelSettings = Field(LevelSettings(), description="limits of levels")  # type: ignore[call-arg]
