"""Section `regions` of the configuration: eco-climatic regions, and their names in file names."""

import datetime
import re
import unicodedata
from collections import Counter
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from landloom.core.section import Section, VectorPath, no_braces
from landloom.core.text import shortened

RegionName = str | bool | int | float | datetime.date
LONGEST_SLUG = 100
"""File names have at most 255 bytes, some of which are needed for temporary names."""


class RegionSettings(Section):
    """Eco-climatic regions, each with its own model."""

    file: Annotated[VectorPath, AfterValidator(no_braces)] = Field(
        description="vector file of the regions, in any CRS and format that OGR reads"
    )
    field: str = Field(description="field that holds the region's name")
    names: list[RegionName] = Field(description="values of `field` to map; others are left out", min_length=1)
    layer: str | None = Field(None, description="layer of the file; by default its first")

    @field_validator("names")
    @classmethod
    def _distinct(cls, names: list[Any]) -> list[Any]:
        slugs = Counter(region_slug(str(name)) for name in names)
        odd = [str(name) for name in names if not 0 < len(region_slug(str(name))) <= LONGEST_SLUG]
        if odd:
            raise ValueError(
                f"{shortened(odd)} cannot be used in file names: 1 to {LONGEST_SLUG} of a to z and 0 to 9 are needed"
            )
        twice = sorted(slug for slug, count in slugs.items() if count > 1)
        if twice:
            raise ValueError(f"names must differ by more than case and punctuation: {shortened(twice)}")
        return names


def region_slug(name: str) -> str:
    """Return a region's name for file names: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
