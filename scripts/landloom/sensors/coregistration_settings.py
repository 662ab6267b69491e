"""Section `coregistration` of a sensor: images are shifted onto a reference image."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from landloom.core.section import FolderPath, Fraction, PositiveInt, Section, only_placeholders

BEST = "best"


class CoregistrationSettings(Section):
    """Shift each image of the sensor, as a whole, onto a reference image.

    Shifts are written to `tiles/{tile}/shifts.csv`.
    """

    reference: FolderPath = Field(
        description="reference of the shifts: a raster in any CRS and resolution (`{tile}` and `{year}` are "
        "replaced), the date of an acquisition as YYYY-MM-DD, or `best`: the median position of all images, "
        "found by comparing each with the least cloudy one"
    )
    band: str = Field(description="band of the sensor to compare with the reference")
    reference_band: PositiveInt = Field(1, description="number of the band of a reference raster, from 1")
    patch_px: Annotated[int, Field(ge=32, le=1024)] = Field(
        256, description="side of the compared patches, in pixels of the tile"
    )
    most_patches: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="largest number of patches of each image, spread over the tile"
    )
    least_patches: Annotated[int, Field(ge=2, le=10_000)] = Field(
        4, description="smallest number of patches that must agree on a shift (to half a pixel)"
    )
    agreeing_fraction: Fraction = Field(
        0.25, description="fraction of the compared patches that must agree on a shift"
    )
    valid_fraction: Fraction = Field(0.6, description="fraction of valid pixels that a patch needs to be compared")
    largest_shift_px: Annotated[float, Field(gt=0, le=50)] = Field(
        3.0, description="larger shifts are rejected, in pixels of the tile"
    )
    smallest_shift_px: Annotated[float, Field(ge=0, le=5)] = Field(
        0.1, description="images with a smaller shift are read as they are, without interpolation"
    )
    otherwise: Literal["keep", "leave_out"] = Field(
        "keep", description="images whose shift cannot be found are used unshifted, or left out"
    )

    @field_validator("reference", mode="before")
    @classmethod
    def _text(cls, reference: Any) -> Any:
        return reference.isoformat() if isinstance(reference, datetime.date) else reference

    @field_validator("reference")
    @classmethod
    def _known_placeholders(cls, reference: str) -> str:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", reference):
            datetime.date.fromisoformat(reference)  # its message is complete
        return str(only_placeholders(reference, "tile", "year"))

    @property
    def reference_date(self) -> datetime.date | None:
        """Return the date of the reference acquisition, if the reference is given by its date."""
        try:
            return datetime.date.fromisoformat(self.reference)
        except ValueError:
            return None

    def raster(self, tile: str, year: str) -> str | None:
        """Return the file of the reference, if the reference is a raster."""
        if self.reference == BEST or self.reference_date:
            return None
        return self.reference.replace("{tile}", tile).replace("{year}", year)
