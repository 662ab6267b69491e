"""The section `coregistration` of a sensor: images moved so that they lie on a reference."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from landloom.core.section import FolderPath, Fraction, PositiveInt, Section, only_placeholders

BEST = "best"


class CoregistrationSettings(Section):
    """Move each image of the sensor, as a whole, so that it lies on a reference image.

    Results stand in `tiles/{tile}/shifts.csv`.
    """

    reference: FolderPath = Field(
        description="what images are moved onto: a raster in any CRS and resolution (`{tile}` and `{year}` are "
        "replaced), the day of an acquisition of the tile as YYYY-MM-DD, or `best`: the middle of where all images "
        "lie, found by comparing each with the clearest"
    )
    band: str = Field(description="band of the sensor that is compared with the reference")
    reference_band: PositiveInt = Field(1, description="number of the band of a reference raster, from 1")
    patch_px: Annotated[int, Field(ge=32, le=1024)] = Field(
        256, description="side of the patches that are compared, in pixels of the tile"
    )
    most_patches: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="patches, spread over the tile, of each image at most"
    )
    least_patches: Annotated[int, Field(ge=2, le=10_000)] = Field(
        4, description="patches that must tell the same shift (to half a pixel) for it to be believed"
    )
    agreeing_fraction: Fraction = Field(
        0.25, description="share of the compared patches that must tell the same shift"
    )
    valid_fraction: Fraction = Field(0.6, description="share of a patch that must be clear for it to be compared")
    largest_shift_px: Annotated[float, Field(gt=0, le=50)] = Field(
        3.0, description="a larger shift is not believed, in pixels of the tile"
    )
    smallest_shift_px: Annotated[float, Field(ge=0, le=5)] = Field(
        0.1, description="images with a smaller shift are read as they are, without interpolation"
    )
    otherwise: Literal["keep", "leave_out"] = Field(
        "keep", description="images whose shift cannot be found are used as they are, or left out"
    )

    @field_validator("reference", mode="before")
    @classmethod
    def _text(cls, reference: Any) -> Any:
        return reference.isoformat() if isinstance(reference, datetime.date) else reference

    @field_validator("reference")
    @classmethod
    def _known_placeholders(cls, reference: str) -> str:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", reference):
            datetime.date.fromisoformat(reference)  # says itself what is wrong
        return str(only_placeholders(reference, "tile", "year"))

    @property
    def reference_date(self) -> datetime.date | None:
        """Return the day of the acquisition that is the reference, if it is told by its day."""
        try:
            return datetime.date.fromisoformat(self.reference)
        except ValueError:
            return None

    def raster(self, tile: str, year: str) -> str | None:
        """Return the file of the reference, if it is one."""
        if self.reference == BEST or self.reference_date:
            return None
        return self.reference.replace("{tile}", tile).replace("{year}", year)
