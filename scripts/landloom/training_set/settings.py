"""Section of the configuration: suspected mislabelled polygons."""

from typing import Annotated

from pydantic import Field

from landloom.core.section import Fraction, Section


class SuspectedSettings(Section):
    """Polygons suspected of a wrong label, since models of other polygons contradict it."""

    confidence: Fraction = Field(
        0.6,
        description="a sample is suspected to be mislabelled if models that do not know its polygon give another "
        "class at least this probability",
    )
    fraction: Annotated[float, Field(gt=0, le=1)] = Field(
        0.5, description="a polygon is suspected if at least this fraction of its samples is"
    )
    leave_out: bool = Field(
        False, description="train without suspected polygons; they still test, and the report lists them in any case"
    )
