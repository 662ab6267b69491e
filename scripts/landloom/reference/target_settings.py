"""Section `target` of the configuration: a number to map in place of classes."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, field_validator

from landloom.core.section import Fraction, Section
from landloom.reference.settings import ReferenceSettings, VectorSource

KEY = "target.field"


class TargetSettings(Section):
    """A number to map in place of classes, as tree cover in percent: see docs/regression.md.

    Models are regressors; each pixel gets a value and half the width of an interval.
    """

    field: str = Field(
        description="field of the reference with the number of each polygon or point; replaces `reference.field`"
    )
    range: Annotated[list[float], Field(min_length=2, max_length=2)] = Field(
        description="least and greatest possible value, as [0, 100]: reference values outside of it are errors, and "
        "the map is cut to it"
    )
    intervals: Fraction = Field(
        0.9, description="fraction of true values that the intervals of a map (value -/+ half width) are to contain"
    )
    bins: Annotated[int, Field(ge=2, le=20)] = Field(
        5,
        description="bins of about as many polygons each, by value: they stand in for classes wherever polygons, "
        "samples and folds are chosen class by class",
    )
    folds: Annotated[int, Field(ge=2, le=20)] = Field(
        5, description="folds of the training samples whose residuals give the width of the intervals"
    )
    block_m: Annotated[float, Field(gt=0, le=1e7)] | None = Field(
        None,
        description="side in metres of the blocks of ground that stay whole in these folds; by default, polygons do. "
        "Needed with points and small polygons near each other: without it, intervals are too narrow",
    )
    unit: str = Field("", description="unit of the values, for the report")

    @field_validator("range")
    @classmethod
    def _ascending(cls, limits: list[float]) -> list[float]:
        if not limits[0] < limits[1]:
            raise ValueError(f"the least value ({limits[0]:g}) must be below the greatest ({limits[1]:g})")
        return limits

    @property
    def span(self) -> float:
        """Return the width of the range."""
        return self.range[1] - self.range[0]

    def sources(self, reference: ReferenceSettings, year: int | str) -> list[VectorSource]:
        """Return the vector files of a year, with the field of the target in place of that of labels."""
        return [
            replace(one, field=self.field, field_key=KEY) if one.field_key == "reference.field" else one
            for one in reference.sources(year)
        ]
