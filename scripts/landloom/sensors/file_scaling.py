"""Keys of sections with a scaling: `scale`, and `file_scaling` for the scaling that files declare."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field


def _not_zero(scale: float) -> float:
    if scale == 0:
        raise ValueError("must not be 0")
    return scale


Scale = Annotated[float, AfterValidator(_not_zero)]

FILE_SCALING: Any = Field(
    "use",
    description="scale and offset that files declare (GDAL's, of a band): `use` them, when a `scale` or `offset` "
    "given here must be the same; or `ignore` them, where they are wrong or of another unit",
)
