"""Section of the configuration: suspected mislabelled polygons."""

from typing import Annotated

from pydantic import Field

from landloom.core.section import Fraction, Section


class SuspectedSettings(Section):
    """Polygons whose label the others contradict."""

    confidence: Fraction = Field(
        0.6,
        description="a sample is suspicious if models that do not know its polygon are so sure of another class",
    )
    fraction: Annotated[float, Field(gt=0, le=1)] = Field(
        0.5, description="a polygon is suspicious if at least this share of its samples is"
    )
    leave_out: bool = Field(
        False, description="train without suspicious polygons; they still test, and the report lists them in any case"
    )
