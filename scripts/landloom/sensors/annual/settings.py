"""Section of annual layers (``type: annual``): one image of many bands a year, of any number of files."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import Name, PositiveInt, only_placeholders
from landloom.sensors.annual.codings import CODINGS, Coding
from landloom.sensors.file_scaling import FILE_SCALING, Scale
from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.settings import SensorSettings

ALL = "all"

OF_SERIES = (
    "output_dates",
    "step_days",
    "start",
    "end",
    "days",
    "coregistration",
    "prepare",
    "resampling",
)
"""Keys of sensors that mean nothing for one image a year."""

MOST_STARS = 4
MOST_BANDS = 2048


class AnnualSettings(SensorSettings):
    """One image of many bands a year, as the embeddings of a foundation model: each band is a feature, without date.

    The files of a year may have any extent, CRS and order of rows; they are joined on the tile's grid, which
    `grid.like`, `grid.boxes` or another sensor gives. docs/embeddings.md has more.
    """

    HAS_GRID: ClassVar[bool] = False
    IMAGES: ClassVar[str] = "annual"
    UNIT: ClassVar[float] = 1.0

    type: Literal["annual"]
    file: str = Field(
        "{year}/*.tif",
        description="pattern of the files below the archive: `{year}` and, where names have it, `{tile}` are "
        "replaced, `*` stands for any part of a name",
    )
    asset: Annotated[str, Field(max_length=200)] = Field(
        "",
        description="in place of `file`, where the archive is a folder of STAC items: the asset of each item that is "
        "read, on disk or by HTTP. An item is of the year of its `datetime`",
    )
    values: Literal["linear", "alphaearth", "tessera"] = Field(
        "linear",
        description="what numbers of the files mean: `linear`: number x scale + offset; `alphaearth`: int8 of "
        "AlphaEarth Foundations, (v / 127.5)^2 with the sign of v; `tessera`: floats of TESSERA, or its int8 with "
        "`scales`",
    )
    scales: str | None = Field(
        None,
        description="of `values: tessera`: pattern of the files of scales, as `{year}/*_scales.tif`; each lies on "
        "the pixels of the file that has the same name but for what differs in the patterns",
    )
    bands: Literal["all"] | Annotated[list[Name], Field(min_length=1, max_length=MOST_BANDS)] = Field(
        "all",
        description="bands to use: `all`, or names, by which the files describe them. Without descriptions, bands "
        "are A00, A01 ... of AlphaEarth, else b001, b002 ... in their order",
    )
    count: Annotated[PositiveInt, Field(le=MOST_BANDS)] | None = Field(
        None,
        description="number of bands of every file; 64 of AlphaEarth, 128 of TESSERA. `bands: all` of others needs "
        "it",
    )
    scale: Scale | None = Field(
        None, description="of `values: linear`: factor of numbers; by default that which the file declares, else 1"
    )
    offset: float | None = Field(
        None, description="added to the scaled number; by default that which the file declares, else 0"
    )
    file_scaling: Literal["use", "ignore"] = FILE_SCALING
    nodata: float | None = Field(None, description="nodata value of `values: linear`, beside the file's own")
    unit_vectors: bool | None = Field(
        None,
        description="whether the bands of a pixel are a vector of length 1, and shall be after resampling; by "
        "default those of AlphaEarth alone",
    )
    steps_per_unit: Annotated[PositiveInt, Field(le=10000)] | None = Field(
        None,
        description="features are integers from -9999 to 32767: values times this number; by default 10000 of "
        "AlphaEarth, 500 of TESSERA, 1000 of others",
    )
    model: Annotated[str, KeyEffect.READING] = Field(
        "",
        max_length=200,
        description="name and version of the model that made the embeddings; a classifier that was trained with "
        "those of another model is refused",
    )
    licence: Annotated[str, KeyEffect.WORDS] = Field(
        "", max_length=200, description="licence of the layers, for the report and `stac.json`"
    )
    attribution: Annotated[str, KeyEffect.WORDS] = Field(
        "",
        max_length=1000,
        description="line by which their maker is to be named, for the report and `stac.json`; by default that which "
        "AlphaEarth asks for",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_coding(cls, content: Any) -> Any:
        """Add what the maker of the layers asks for, and put the names of all bands in the place of `all`."""
        coding = CODINGS.get(str(content.get("values", "linear"))) if isinstance(content, dict) else None
        if coding is None:
            return content
        if not content.get("attribution"):  # who names another maker may have another licence, too
            content = {"licence": coding.licence, **content, "attribution": coding.attribution}
        if content.get("bands", ALL) != ALL:
            return content
        number = content.get("count") or coding.count
        if not isinstance(number, int) or not 0 < number <= MOST_BANDS:
            return content
        return {**content, "bands": coding.names(number)}

    @field_validator("file", "scales")
    @classmethod
    def _pattern_has_a_year(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        only_placeholders(pattern, "year", "tile")
        if "{year}" not in pattern:
            raise ValueError("must contain `{year}`, by which files of one year are told from others")
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise ValueError("is a pattern below the archive")
        if any(part.count("*") > MOST_STARS for part in pattern.split("/")):
            raise ValueError(f"holds more than {MOST_STARS} `*` in the name of a file or folder")
        return pattern

    @model_validator(mode="after")
    def _keys_fit_together(self) -> "AnnualSettings":
        odd = [key for key in OF_SERIES if self.says(key)]
        if odd:
            raise ValueError(f"{odd[0]}: has no meaning for one image a year; leave it out")
        if self.bands == ALL:
            raise ValueError("count: `bands: all` needs the number of bands of the files")
        if len(set(self.bands)) < len(self.bands):
            raise ValueError("bands: a band is named twice")
        if self.number_of_bands is not None and len(self.bands) > self.number_of_bands:
            raise ValueError(
                f"bands: are {len(self.bands)}, more than the {self.number_of_bands} of a file (`count`)"
            )
        linear = [key for key in ("scale", "offset", "nodata") if self.says(key)]
        if linear and self.values != "linear":
            raise ValueError(f"{linear[0]}: is of `values: linear`; numbers of {self.values} have one meaning")
        if self.asset and (self.scales or self.says("file")):
            raise ValueError("asset: is of STAC items, without `file` and `scales`")
        if self.scales is not None and self.values != "tessera":
            raise ValueError("scales: are of `values: tessera`")
        if self.scales is not None and self.scales.count("*") != self.file.count("*"):
            raise ValueError("scales: must hold as many `*` as `file`, so that each file has its scales")
        return self

    @property
    def coding(self) -> Coding:
        """Return what numbers of the files mean."""
        return CODINGS[self.values]

    @property
    def number_of_bands(self) -> int | None:
        """Return the number of bands of every file; None: any."""
        return self.count or self.coding.count

    @property
    def unit(self) -> float:
        """Return the stored number of the value 1."""
        return float(self.steps_per_unit or self.coding.steps_per_unit)

    @property
    def reading(self) -> dict[str, Any]:
        """Return what a reader takes from the section, as plain values."""
        unit_vectors = self.coding.unit_vectors if self.unit_vectors is None else self.unit_vectors
        return {"values": self.values, "unit_vectors": unit_vectors}

    @property
    def embedding_model(self) -> str:
        """Return the name of the model that made the embeddings; empty where it is not told."""
        return self.model

    @property
    def held_bytes(self) -> int:
        """Return the memory of a pixel while it is read, beside its values: numbers as the files have them."""
        packed = self.values == "alphaearth" or self.scales is not None
        return 2 * len(self.bands) * (1 if packed else 4)

    @property
    def hint_without_products(self) -> str:
        """Return a hint for a tile without files."""
        if self.asset:
            return "Are there items of that year (`datetime`)?"
        return (
            f"Do files of that year match `{self.file}`? A year of a map takes the files whose `{{year}}` is its own"
        )

    def expression(self, pattern: str, tile: str) -> re.Pattern[str]:
        """Return the expression of the names that match a pattern, with the group ``year`` and one for each star."""
        parts = re.split(r"(\{year\}|\{tile\}|\*)", pattern)
        first = parts.index("{year}")
        known = {"{tile}": re.escape(tile), "*": "([^/]*)", "{year}": "(?P=year)"}
        text = [known.get(part, re.escape(part)) for part in parts]
        text[first] = r"(?P<year>\d{4})"
        return re.compile("".join(text), re.ASCII)
