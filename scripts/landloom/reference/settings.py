"""Section `reference` of the configuration: polygons of known land cover and their split."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import Fraction, Label, Section, VectorPath, no_braces
from landloom.core.text import shortened

Split = Literal["polygons", "blocks", "all", "file"]


@dataclass(frozen=True)
class VectorSource:
    """Vector file, and the keys of the configuration for it and its field."""

    key: str
    path: str
    field_key: str
    field: str
    layer: str | None
    crs: str | None


class ReferenceSettings(Section):
    """Polygons of known land cover."""

    file: VectorPath = Field(
        description="vector file in any CRS and format that OGR reads, or as GeoParquet, of polygons or points: a "
        "point labels its pixel, a multipoint several pixels that stay together; or a CSV file of points with the "
        "columns `x` and `y` in `crs`; `{year}` is replaced"
    )
    field: str = Field(
        description="field that holds the label, an integer or a string; with a `target`, leave it out"
    )
    layer: str | None = Field(None, description="layer of the file; needed where several have geometries")
    description: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="what the reference is, whose, and by which licence: words for report, STAC and provenance"
    )
    year: Annotated[int, Field(ge=1950, le=2200)] | None = Field(
        None,
        description="year that the labels are of, where one file is used for several; the report of another year "
        "warns of it",
    )
    crs: str | None = Field(
        None,
        description="CRS of `file`, as EPSG:4326 (x is the longitude), where the file does not say it, as no CSV "
        "file does; one that contradicts the file is an error",
    )
    ignore: list[Label] = Field([], description="labels to ignore; any other unknown label is an error")
    merge: dict[Label, Label] = Field(
        {},
        description="labels of the file that stand for a class of the nomenclature, as `{oak: forest, beech: "
        "forest}`: several labels become one class, or text gets the number that the nomenclature has for it",
    )
    split: Split = Field(
        "polygons",
        description="split into training and test: `polygons`, whole polygons within each region and class; "
        "`blocks`, whole spatial blocks, so that few test polygons adjoin training polygons; `file`, all polygons "
        "train and those of `test_file` test; `all`, every polygon trains and tests, which gives no valid accuracy "
        "of the map",
    )
    train_fraction: Fraction = Field(
        0.5, description="fraction of each class's polygons used for training, for `polygons` and (nearly) `blocks`"
    )
    block_m: Annotated[float, Field(ge=10, le=1e7)] = Field(5000.0, description="side of a block in metres")
    held_out_fraction: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0,
        description="fraction of each region's and class's polygons (of `test_file`, if there is one) that neither "
        "train nor test in any run: they are held out before the split to test fused maps, in blocks if the split is "
        "by blocks",
    )
    test_file: VectorPath | None = Field(
        None,
        description="vector file of the test polygons of `split: file`; `{year}` is replaced; they are cut "
        "out of training polygons. Their ids are those of their file + 10^12",
    )
    test_field: str | None = Field(None, description="field of `test_file` that holds the label; by default `field`")
    test_layer: str | None = Field(None, description="layer of `test_file`, likewise")
    test_crs: str | None = Field(None, description="CRS of `test_file`, likewise")
    minimum_area_m2: float = Field(
        0.0, ge=0, description="smaller polygons are dropped and reported (0: keep all); points are kept"
    )

    @field_validator("file", "test_file")
    @classmethod
    def _no_other_placeholder(cls, path: str | None) -> str | None:
        no_braces((path or "").replace("{year}", ""))
        return path

    @model_validator(mode="after")
    def _fraction_is_used(self) -> "ReferenceSettings":
        if self.says("train_fraction") and self.split in ("file", "all"):
            raise ValueError(f"`train_fraction` is not used by `split: {self.split}`; leave it out")
        return self

    @model_validator(mode="after")
    def _test_file_is_used(self) -> "ReferenceSettings":
        if self.split == "file" and self.test_file is None:
            raise ValueError("`split: file` needs `test_file`, the polygons that test")
        if self.split != "file" and self.test_file is not None:
            raise ValueError(
                f"`test_file` is not used by `split: {self.split}`; write `split: file`, or leave it out"
            )
        if self.test_file is None and (self.test_field or self.test_layer or self.test_crs):
            raise ValueError("`test_field`, `test_layer` and `test_crs` need `test_file`, which is not given")
        return self

    @model_validator(mode="after")
    def _merged_or_ignored(self) -> "ReferenceSettings":
        if both := sorted(set(self.ignore) & set(self.merge)):
            raise ValueError(f"`ignore` and `merge` both name {shortened(both)}; keep one")
        return self

    @model_validator(mode="after")
    def _one_year(self) -> "ReferenceSettings":
        if self.year and "{year}" in self.file:
            raise ValueError("`year` is that of one file, but `file` names one of each year by {year}; leave it out")
        return self

    @property
    def counted(self) -> dict[str, Any]:
        """Return what products depend on: all but what is only said of the reference."""
        return self.model_dump(mode="json", exclude={"description", "year"})

    def paths(self, year: int | str) -> list[str]:
        """Return the vector files of a year: polygons and, if there are any, test polygons."""
        return [source.path for source in self.sources(year)]

    def sources(self, year: int | str) -> list[VectorSource]:
        """Return the vector files of a year with their fields and keys; those of test polygons come second."""
        path, test_path = (str(file or "").replace("{year}", str(year)) for file in (self.file, self.test_file))
        own = VectorSource("reference.file", path, "reference.field", self.field, self.layer, self.crs)
        if self.test_file is None:
            return [own]
        field_key = "reference.test_field" if self.test_field else own.field_key
        field = self.test_field or own.field
        return [
            own,
            VectorSource("reference.test_file", test_path, field_key, field, self.test_layer, self.test_crs),
        ]
