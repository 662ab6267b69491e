"""The section `reference` of the configuration: polygons of known land cover, and their division."""

from pydantic import Field, field_validator

from landloom.section import Section, Share, VectorPath, no_braces


class ReferenceSettings(Section):
    """Polygons of known land cover."""

    file: VectorPath = Field(description="vector file in any CRS and format that OGR reads; `{year}` is replaced")
    field: str = Field(description="field that holds the label, an integer or a string")
    layer: str | None = Field(None, description="layer of the file; by default its first")
    ignore: list[int | str] = Field([], description="labels to leave out; any other unknown label is an error")
    train_share: Share = Field(0.5, description="share of each class's polygons used for training")
    minimum_area_m2: float = Field(0.0, ge=0, description="smaller polygons are left out and reported (0: keep all)")

    @field_validator("file")
    @classmethod
    def _no_other_placeholder(cls, path: str) -> str:
        no_braces(path.replace("{year}", ""))
        return path
