"""Section `regions` of the configuration: eco-climatic regions, and their names in file names."""

import re
import unicodedata
from collections import Counter
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, field_validator

from landloom.core.section import Label, Section, VectorPath, no_braces
from landloom.core.text import shortened

LONGEST_SLUG = 100
"""File names have at most 255 bytes, some of which are needed for temporary names."""


class RegionSettings(Section):
    """Eco-climatic regions, each with its own model."""

    KEY: ClassVar[str] = "regions"
    """Key of the section, for messages."""

    file: Annotated[VectorPath, AfterValidator(no_braces)] = Field(
        description="vector file of the polygons, in any CRS and format that OGR reads, or as GeoParquet"
    )
    field: str = Field(description="field that holds their names")
    names: list[Label] = Field(description="values of `field` to map; others are left out", min_length=1)
    layer: str | None = Field(None, description="layer of the file; needed where several have geometries")
    crs: str | None = Field(
        None,
        description="CRS of `file`, as EPSG:4326 (x is the longitude), where the file does not say it, as no CSV "
        "file does; one that contradicts the file is an error",
    )

    @field_validator("names")
    @classmethod
    def _distinct(cls, names: list[str]) -> list[str]:
        slugs = Counter(region_slug(name) for name in names)
        odd = [name for name in names if not 0 < len(region_slug(name)) <= LONGEST_SLUG]
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
