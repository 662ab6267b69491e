"""Section `vectors` of the configuration: regularisation of a map, and its polygons."""

import re
from collections.abc import Collection
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from landloom.core.section import FolderPath, Label, Section, VectorPath, no_braces, only_placeholders
from landloom.core.text import shortened
from landloom.geo.region_settings import RegionSettings

DEFAULT = "default"
"""Key of the smallest unit of classes without one of their group."""

RUN = re.compile(r"run(\d+)")
FUSION = "fusion"
OWN = "own"
"""Folder of the products of a map of the user's own."""

FORMATS = {"flatgeobuf": ".fgb", "geoparquet": ".parquet"}
"""Suffixes of formats beside GeoPackage."""

_Area = Annotated[float, Field(gt=0, le=1e10)]


class SeaSettings(Section):
    """Polygons of the sea, which is left out of the vector map."""

    file: Annotated[VectorPath, AfterValidator(no_braces)] = Field(
        description="vector file of the sea, in any CRS and format that OGR reads, or as GeoParquet"
    )
    labels: list[Label] = Field(
        [], description="labels of classes that are sea there, as water; other classes stay. By default all are sea"
    )
    layer: str | None = Field(None, description="layer of the file; needed where several have geometries")
    crs: str | None = Field(None, description="CRS of `file`, where the file does not say it")


class ZoneSettings(RegionSettings):
    """Zones, as departments, along whose borders polygons are cut; ground outside of all zones is left out."""

    KEY: ClassVar[str] = "vectors.zones"

    separate: bool = Field(False, description="also write a GeoPackage for each zone")


class VectorSettings(Section):
    """Vector map: a map regularised, and its polygons."""

    map: FolderPath = Field(
        "run0",
        description="map to be vectorised: that of a run (`run0`), `fusion`, or a raster of class codes of your own, "
        "as `maps/{year}.tif`",
    )
    resolution_m: Annotated[float, Field(gt=0)] | None = Field(
        None,
        description="side of the vector map's pixels in metres, a multiple of the map's: each takes the most "
        "frequent class of the map's pixels in it. By default the map's own",
    )
    majority_px: Annotated[int, Field(ge=0, le=10)] = Field(
        0, description="radius in pixels of a majority filter, before the minimum unit; 0: none"
    )
    minimum_m2: _Area | dict[Label, _Area] | None = Field(
        1000.0,
        description="smallest area of connected pixels of one class: smaller ones take the class around them; or by "
        "groups of the nomenclature, as `{urban: 500, default: 1000}`; null: no minimum",
    )
    within_groups_first: bool = Field(
        False,
        description="small areas take a class of their own group of the nomenclature, where there is one around",
    )
    sea: SeaSettings | None = Field(None, description="ground to be left out")
    zones: ZoneSettings | None = Field(None, description="without it, polygons are not cut by zones")
    levels: list[Literal["classes", "groups"]] = Field(
        ["classes"], description="polygons of classes, of groups of the nomenclature, or both", min_length=1
    )
    tolerance_m: Annotated[float, Field(ge=0, le=10_000)] | None = Field(
        None,
        description="how far simplified borders may be from the pixels' edges: root of the largest triangle that is "
        "cut off (Visvalingam). 0 keeps the pixels' edges; by default a pixel's side",
    )
    smoothing: Annotated[int, Field(ge=0, le=2)] = Field(
        0, description="rounds of cutting corners of simplified borders (Chaikin)"
    )
    cut_km: Annotated[float, Field(gt=0)] | None = Field(
        40.0,
        description="side of squares on whose lines polygons are cut, so that none is as large as a country; in "
        "whole cells of 2048 pixels. null: none is cut, which takes memory for the largest",
    )
    fields: Literal["landloom", "oso"] = Field(
        "landloom", description="names of the fields: landloom's, or those of the French land cover map OSO"
    )
    formats: list[Literal["flatgeobuf", "geoparquet"]] = Field(
        [], description="formats that are written beside GeoPackage"
    )
    zip: bool = Field(False, description="pack each GeoPackage with its style into a zip file, too")

    @field_validator("map")
    @classmethod
    def _known_placeholders(cls, pattern: str) -> str:
        return only_placeholders(pattern, "year") or pattern

    @field_validator("levels", "formats")
    @classmethod
    def _none_twice(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise ValueError("must not name one twice")
        return names

    @model_validator(mode="after")
    def _smoothing_follows_simplification(self) -> "VectorSettings":
        if self.smoothing and self.tolerance_m == 0:
            raise ValueError("`smoothing` is of simplified borders: `tolerance_m` must be above 0")
        return self

    @property
    def run(self) -> int | None:
        """Return the run whose map is vectorised; None for other maps."""
        found = RUN.fullmatch(self.map)
        return int(found[1]) if found else None

    @property
    def made_here(self) -> bool:
        """Return whether the map is one that this project makes."""
        return self.run is not None or self.map == FUSION

    @property
    def folder(self) -> str:
        """Return the name of the map's folder below `map/`."""
        return self.map if self.made_here else OWN

    @property
    def units_m2(self) -> dict[str, float]:
        """Return the smallest area by group; that of all others by ``default``, 0 without one."""
        if isinstance(self.minimum_m2, dict):
            return {DEFAULT: 0.0} | self.minimum_m2
        return {DEFAULT: self.minimum_m2 or 0.0}

    @property
    def groups_needed(self) -> list[str]:
        """Return the keys that ask for groups of the nomenclature."""
        named = [f"minimum_m2.{name}" for name in self.units_m2 if name != DEFAULT]
        level = ["levels: groups"] if "groups" in self.levels else []
        return [*named, *["within_groups_first"] * self.within_groups_first, *level]

    def problems(self, groups: Collection[str], labels: Collection[str]) -> list[str]:
        """Return a message for each group or label that the nomenclature lacks.

        Parameters
        ----------
        groups, labels : collection of str
            Of the nomenclature.
        """
        if self.groups_needed and not groups:
            needs = "needs groups of classes, and the nomenclature has no column `group`"
            return [f"vectors.{self.groups_needed[0]}: {needs}"]
        unknown = [name for name in self.units_m2 if name not in (DEFAULT, *groups)]
        odd = [label for label in (self.sea.labels if self.sea else []) if label not in labels]
        found = {
            "minimum_m2": f"no group {shortened(unknown)} in the nomenclature, which has {shortened(sorted(groups))}",
            "sea.labels": f"{shortened(odd)} not in the nomenclature, which has {shortened(list(labels))}",
        }
        return [f"vectors.{key}: {found[key]}" for key, names in zip(found, (unknown, odd), strict=True) if names]
