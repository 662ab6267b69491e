"""Section `objects` of the configuration: segments that are classified as wholes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import Label, Section, VectorPath, only_placeholders

SUPERPIXELS = "superpixels"
"""Value of `segmentation` for segments that are made of the images."""

RASTERS = (".tif", ".tiff", ".vrt", ".img", ".jp2")
"""Endings of files that are taken for rasters of object numbers; others hold polygons."""

Statistic = Literal["mean", "std", "min", "max", "count"]

REASONS = ("outside", "coverage", "purity", "split")
"""Why a training polygon has no object: it lies in none; in none that reference covers enough; in none of one label;
in none without a pixel of a polygon that does not train."""


class ObjectLabelSettings(Section):
    """When the reference labels an object."""

    coverage: Annotated[float, Field(gt=0, le=1)] = Field(
        0.5, description="least fraction of the object's valid pixels that lie in reference polygons"
    )
    purity: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8, description="least fraction of those that have one label"
    )


class ObjectSettings(Section):
    """Segments that are classified as wholes, by statistics of their pixels' features."""

    segmentation: VectorPath = Field(
        description="polygons (a vector file in any CRS), a raster of object numbers (`.tif` and the like; 0 and "
        "nodata belong to no object), or `superpixels`, which are made of the images (section `superpixels`); "
        "`{tile}` and `{year}` are replaced in the name of a raster, `{year}` in that of a vector file"
    )
    method: Literal["statistics", "majority"] = Field(
        "statistics",
        description="`statistics`: objects are classified in place of pixels, by statistics of their features; "
        "`majority`: pixels are classified, and the polygons get the class of most of their pixels (`objects.gpkg`)",
    )
    layer: str | None = Field(None, description="layer of the vector file; needed where several have geometries")
    crs: str | None = Field(None, description="CRS of the vector file, where the file does not say it")
    field: str | None = Field(
        None, description="field of the vector file that names its objects; two of one name are an error"
    )
    statistics: list[Statistic] = Field(
        ["mean", "std"],
        min_length=1,
        description="of each feature over the object's valid pixels: `mean`, `std` (of n - 1; 0 for one pixel), "
        "`min`, `max`; and `count`, the number of these pixels",
    )
    label: ObjectLabelSettings = Field(
        ObjectLabelSettings(),  # type: ignore[call-arg]
        description="when the reference labels an object",
    )
    vector_statistics: bool = Field(
        False, description="also write all statistics into `objects.gpkg`, a column for each"
    )
    region: Literal["largest"] | list[Label] = Field(
        "largest",
        description="region whose model classifies an object that lies in several: the one with most of its pixels, "
        "or the first of a list of regions (their names) that it touches",
    )
    outside: Literal["unclassified", "pixels"] = Field(
        "unclassified",
        description="ground in no object: left out, or classified by `pixels`, with models of their own, which train "
        "with the reference pixels of all ground",
    )

    @field_validator("segmentation")
    @classmethod
    def _known_placeholders(cls, path: str) -> str:
        only_placeholders(path, *(("tile", "year") if is_raster(path) else ("year",)))
        return path

    @field_validator("statistics")
    @classmethod
    def _each_once(cls, statistics: list[str]) -> list[str]:
        if len(set(statistics)) < len(statistics):
            raise ValueError("names a statistic twice")
        if statistics == ["count"]:
            raise ValueError("needs a statistic of features beside `count`")
        return statistics

    @model_validator(mode="after")
    def _keys_are_used(self) -> "ObjectSettings":
        unused = [key for key in ("layer", "crs", "field") if getattr(self, key) and not self.has_polygons]
        if unused:
            raise ValueError(f"`{unused[0]}` is not used by `segmentation: {self.segmentation}`; leave it out")
        if self.method == "majority":
            self._check_majority()
        if self.classifies_outside and self.segmentation == SUPERPIXELS:
            raise ValueError(
                "`outside: pixels` is not used by `segmentation: superpixels`, which leave nothing seen out"
            )
        return self

    def _check_majority(self) -> None:
        """Raise if keys make no sense for objects that are not classified themselves."""
        if not self.has_polygons:
            raise ValueError("`method: majority` needs a vector file as `segmentation`, whose polygons get classes")
        unused = [key for key in ("statistics", "label", "vector_statistics", "region", "outside") if self.says(key)]
        if unused:
            raise ValueError(f"`{unused[0]}` is not used by `method: majority`; leave it out")

    @property
    def has_polygons(self) -> bool:
        """Return whether the objects are polygons of a vector file."""
        return self.segmentation != SUPERPIXELS and not is_raster(self.segmentation)

    @property
    def classifies_outside(self) -> bool:
        """Return whether ground in no object is classified by pixels."""
        return self.outside == "pixels"

    @property
    def shared(self) -> bool:
        """Return whether an object has one number in all tiles; superpixels are those of each tile."""
        return self.segmentation != SUPERPIXELS

    @property
    def is_of_year(self) -> bool:
        """Return whether every year has a segmentation of its own."""
        return self.segmentation == SUPERPIXELS or "{year}" in self.segmentation

    def file(self, year: str, tile: str) -> str:
        """Return the file of a tile and year; empty for superpixels."""
        if self.segmentation == SUPERPIXELS:
            return ""
        return self.segmentation.replace("{year}", year).replace("{tile}", tile)


def is_raster(path: str) -> bool:
    """Return whether a segmentation is taken for a raster by its name."""
    return Path(path).suffix.lower() in RASTERS


def of_content(content: Mapping[str, Any]) -> ObjectSettings:
    """Return the section from plain values."""
    return ObjectSettings(**content)
