"""What the sections of the configuration that describe sensors share."""

import datetime
from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field, field_validator

from landloom.section import FolderPath, PositiveInt, Section

DayOfYear = Annotated[str, Field(pattern=r"^(auto|[01]\d-[0-3]\d)$")]


class SensorSettings(Section):
    """What all sensors share."""

    archive: FolderPath = Field(description="folder that holds the products, at any depth (of three at most)")
    step_days: PositiveInt = Field(10, description="days between two output dates of the gap filling")
    start: DayOfYear = Field(
        "auto",
        description="first output date as MM-DD; `auto`: the last of all tiles' first dates (no extrapolation)",
    )
    end: DayOfYear = Field(
        "auto", description="last output date as MM-DD; `auto`: the first of all tiles' last dates"
    )
    resampling: Literal["bilinear", "nearest", "cubic"] = Field(
        "bilinear", description="how bands of another grid come onto the tile's grid (masks: nearest)"
    )

    @field_validator("start", "end")
    @classmethod
    def _day_exists(cls, day: str) -> str:
        if day != "auto":
            try:
                datetime.date.fromisoformat(f"2000-{day}")
            except ValueError:
                raise ValueError("must be a day of the year as MM-DD") from None
        return day


def check_bands(bands: list[str], known: Collection[str]) -> list[str]:
    """Raise where a band is unknown or named twice."""
    unknown = [band for band in bands if band not in known]
    if unknown:
        raise ValueError(f"{unknown} are not among {list(known)}")
    if len(set(bands)) < len(bands):
        raise ValueError("a band is named twice")
    return bands
