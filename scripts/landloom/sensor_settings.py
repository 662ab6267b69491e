"""Sections of the configuration that describe sensors and their archives."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, field_validator, model_validator

from landloom.section import FolderPath, Name, PositiveInt, Section

SENTINEL2_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")

MOST_STARS = 5
"""In the pattern of a name: the time that a name may take to fail grows with its length to their power."""

DayOfYear = Annotated[str, Field(pattern=r"^(auto|[01]\d-[0-3]\d)$")]
MaskValue = Annotated[int, Field(ge=-(2**31), lt=2**32)]


class SensorSettings(Section):
    """What all sensors share."""

    archive: FolderPath = Field(description="folder that holds the products, at any depth (of three at most)")
    step_days: PositiveInt = Field(10, description="days between two output dates of the gap filling")
    start: DayOfYear = Field(
        "auto",
        description="first output date as MM-DD; `auto`: the last of all tiles' first dates (no extrapolation)",
    )
    end: DayOfYear = Field(
        "auto", description="last output date as MM-DD; `auto`: the first of all tiles' last dates"
    )
    resampling: Literal["bilinear", "nearest", "cubic"] = Field(
        "bilinear", description="how bands of another grid come onto the tile's grid (masks: nearest)"
    )

    @field_validator("start", "end")
    @classmethod
    def _day_exists(cls, day: str) -> str:
        if day != "auto":
            try:
                datetime.date.fromisoformat(f"2000-{day}")
            except ValueError:
                raise ValueError("must be a day of the year as MM-DD") from None
        return day


class TheiaSettings(SensorSettings):
    """Sentinel-2 Level-2A by THEIA/MAJA (MUSCATE format)."""

    type: Literal["sentinel2_theia"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    reflectance: Literal["FRE", "SRE"] = Field(
        "FRE", description="slope-corrected (FRE) or not (SRE) surface reflectance"
    )
    invalid_bits: dict[Literal["CLM", "SAT", "EDG"], Literal["any"] | list[int]] = Field(
        {"CLM": "any", "SAT": "any", "EDG": "any"},
        description="per mask file, the bits (0 to 7) that make a look invalid, or `any`; "
        "a mask that is not named is not used",
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return _check_bands(bands)

    @field_validator("invalid_bits")
    @classmethod
    def _bits_of_a_byte(cls, rules: dict[str, Any]) -> dict[str, Any]:
        for mask, bits in rules.items():
            if bits != "any" and not set(bits) <= set(range(8)):
                raise ValueError(f"bits of {mask} must be between 0 and 7, not {bits}")
        return rules


class Sen2corSettings(SensorSettings):
    """Sentinel-2 Level-2A by Sen2Cor (.SAFE, any processing baseline)."""

    type: Literal["sentinel2_sen2cor"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    invalid_classes: list[Annotated[int, Field(ge=0, le=11)]] = Field(
        [0, 1, 3, 8, 9, 10], description="scene classes (SCL) that make a look invalid"
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return _check_bands(bands)


class SeriesBand(Section):
    """A band of a user-described series that lies in a file of its own."""

    file: str | None = Field(None, description="file pattern of this band; by default the sensor's `file`")
    number: PositiveInt = Field(1, description="number of the band in its file, from 1")


class SeriesMask(Section):
    """The mask of a user-described series."""

    file: str = Field(description="file pattern of the mask, with the placeholders of the sensor's `file`")
    number: PositiveInt = Field(1, description="number of the band in the mask's file, from 1")
    invalid_values: list[MaskValue] = Field([], description="values that make a look invalid")
    valid_values: list[MaskValue] = Field([], description="if given, every other value makes a look invalid")
    invalid_bits: list[Annotated[int, Field(ge=0, le=31)]] = Field(
        [], description="bits (0 is the lowest) that make a look invalid when set"
    )

    @model_validator(mode="after")
    def _says_something(self) -> "SeriesMask":
        if not (self.invalid_values or self.valid_values or self.invalid_bits):
            raise ValueError("give invalid_values, valid_values or invalid_bits, else the mask masks nothing")
        return self


class SeriesSettings(SensorSettings):
    """Any series of raster files that GDAL reads, described here: a new sensor without code."""

    type: Literal["series"]
    file: str = Field(
        description="pattern of the files below `archive`: `{date}` (needed), `{tile}`, `{band}` (the band's "
        "name) and `*`, e.g. `{tile}/{date}_{band}.tif`"
    )
    date_format: str = Field("%Y%m%d", description="format of `{date}`, in the codes of strptime")
    bands: dict[Name, PositiveInt | SeriesBand] = Field(
        description="band name: its number in the file, or its own `file` and `number`", min_length=1
    )
    mask: SeriesMask | None = Field(None, description="mask file; without it every look with data is valid")
    scale: float = Field(0.0001, description="reflectance = stored value x scale + offset")
    offset: float = Field(0.0, description="see scale")
    nodata: Annotated[float, Field(allow_inf_nan=True)] | None = Field(
        None, description="stored value without meaning; by default the file's own"
    )
    common_names: dict[str, str] = Field(
        {}, description="band name: its standard letter in spyndex (B, G, R, N, S1 ...), for indices"
    )

    @field_validator("file")
    @classmethod
    def _has_a_date(cls, pattern: str) -> str:
        if pattern.count("{date}") != 1:
            raise ValueError("the pattern must hold `{date}` once")
        return pattern

    @field_validator("date_format")
    @classmethod
    def _tells_a_day(cls, style: str) -> str:
        day = datetime.datetime(2018, 7, 9)
        try:
            told = datetime.datetime.strptime(day.strftime(style), style)
        except (ValueError, re.error):  # re.error: a code that stands there twice
            told = None
        if told != day:
            raise ValueError("must tell year, month and day once each, in the codes of strptime, as %Y%m%d does")
        return style

    @model_validator(mode="after")
    def _bands_exist(self) -> "SeriesSettings":
        unknown = sorted(set(self.common_names) - set(self.bands))
        if unknown:
            raise ValueError(f"common_names names {unknown}, which `bands` lacks")
        patterns = [self.file, *(band.file for band in self.bands.values() if isinstance(band, SeriesBand))]
        patterns += [self.mask.file] if self.mask else []
        for pattern in filter(None, patterns):
            if pattern.count("{date}") > 1:
                raise ValueError(f"`{pattern}` holds `{{date}}` twice")
            if any(part.count("*") > MOST_STARS for part in pattern.split("/")):
                raise ValueError(f"`{pattern}` holds more than {MOST_STARS} `*` in the name of a file or folder")
            odd = set(re.findall(r"\{(.*?)\}", pattern)) - {"tile", "date", "band"}
            if odd:
                raise ValueError(f"`{pattern}` holds {sorted(odd)}; only {{tile}}, {{date}}, {{band}} are known")
        return self


def _check_bands(bands: list[str]) -> list[str]:
    """Raise where a Sentinel-2 band is unknown or named twice."""
    unknown = [band for band in bands if band not in SENTINEL2_BANDS]
    if unknown:
        raise ValueError(f"{unknown} are not among {list(SENTINEL2_BANDS)}")
    if len(set(bands)) < len(bands):
        raise ValueError("a band is named twice")
    return bands


AnySensor = Annotated[TheiaSettings | Sen2corSettings | SeriesSettings, Field(discriminator="type")]


def of_content(content: dict[str, Any]) -> dict[str, AnySensor]:
    """Return the typed sensors of a configuration's part that was dumped to plain values."""
    return TypeAdapter(dict[str, AnySensor]).validate_python(content)
