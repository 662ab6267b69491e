"""Section of the configuration for user-described series of files."""

import datetime
import re
from collections import Counter
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Name, PositiveInt, Section, TextLike, only_placeholders
from landloom.sensors.file_scaling import FILE_SCALING, Scale
from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.mask_settings import MaskSettings
from landloom.sensors.settings import SensorSettings

MOST_STARS = 5
"""Largest number of stars in a name pattern: matching time grows with the name's length to that power."""

DEFAULT_DATE_FORMAT = "%Y%m%d"
DEFAULT_SCALE = 0.0001

TIME_AXIS = "time_axis"
"""Value of `dates` of files that tell them."""

VariableName = Annotated[
    str, TextLike(r"[A-Za-z0-9_.{}/ -]*", "the name of a variable: letters, digits, _, ., - and /, or {band}")
]


class SeriesBand(Section):
    """Band of a user-described series in a separate file."""

    file: str | None = Field(None, description="file pattern of this band; by default the sensor's `file`")
    number: PositiveInt = Field(1, description="number of the band in its file, from 1")
    variable: VariableName | None = Field(None, description="variable of this band; by default the sensor's")


class SeriesMask(MaskSettings):
    """The mask of a user-described series."""

    file: str = Field(description="file pattern of the mask, with the placeholders of the sensor's `file`")
    variable: VariableName = Field("", description="variable of a netCDF, HDF5 or Zarr file")


class SeriesSettings(SensorSettings):
    """Any series of raster files that GDAL reads: a new sensor without code.

    Either each file has one date, given by its name, or each file holds all dates as bands, listed in `dates`. Dates
    apply to whole images: for composites whose pixels have individual acquisition days (as MODIS composites with a
    day-of-year layer), the nominal date of the composite is used.
    """

    type: Literal["series"]
    file: str = Field(
        description="pattern of the files below `archive`: `{date}` (required without `dates`), `{tile}`, "
        "`{band}` (the band's name) and `*`, e.g. `{tile}/{date}_{band}.tif`. Beside a `*`, the date is a separate "
        "number, not part of a longer one; where it stands twice, both are the same. All matching files must have a "
        "date"
    )
    dates: Literal["time_axis"] | FolderPath | Annotated[list[datetime.date], Field(min_length=1)] | None = Field(
        None,
        description="dates of files that hold several: a list, or a text file with one date per line (`{tile}` is "
        "replaced), or `time_axis`, that of netCDF and Zarr files. The numbers of `bands` are those of the first "
        "date",
    )
    order: Literal["band_by_band", "date_by_date"] | None = Field(
        None,
        description="order of the bands of files that hold several bands of several dates: all dates of a band, then "
        "all of the next; or all bands of a date, then all of the next. Required for such files",
    )
    bands_per_date: PositiveInt | None = Field(
        None,
        description="number of bands of each date in files that hold several dates; by default those of `bands` and "
        "`mask` that are in the file. The file must have as many bands for each of `dates`",
    )
    variable: VariableName = Field(
        "",
        description="variable of netCDF, HDF5 or Zarr files; `{band}` is the band's name. Rows may be in either "
        "order. The days of a time axis must be those of `dates`",
    )
    crs: str | None = Field(
        None, description="coordinate reference system of images that have none, as `EPSG:32631`; others must have it"
    )
    date_format: str = Field(
        DEFAULT_DATE_FORMAT,
        description="format of `{date}`, or of the lines of `dates`, in the codes of strptime; by default, these may "
        "be YYYY-MM-DD, too",
    )
    bands: dict[Name, PositiveInt | SeriesBand] = Field(
        description="band name: its number in the file, or its own `file` and `number`", min_length=1
    )
    mask: SeriesMask | None = Field(None, description="mask file; without it every pixel with data is valid")
    scale: Scale | None = Field(
        None,
        description="reflectance = number in the file x scale + offset; by default the scale that the file declares, "
        f"else {DEFAULT_SCALE}",
    )
    offset: float | None = Field(None, description="see scale; by default the offset that the file declares, else 0")
    file_scaling: Literal["use", "ignore"] = FILE_SCALING
    nodata: Annotated[float, Field(allow_inf_nan=True)] | None = Field(
        None,
        description="nodata value, beside the file's own; without both, -10000 where int16 needs no scaling",
    )
    common_names: Annotated[dict[str, str], KeyEffect.READING] = Field(
        {}, description="band name: its standard letter in spyndex (B, G, R, N, S1 ...), for indices"
    )

    def effect_of(self, key: str) -> KeyEffect | None:
        """Return what a key alone has an effect on: a file of dates is part of its products, a list is not."""
        if key == "dates" and isinstance(self.dates, str):
            return KeyEffect.CHOICE
        return super().effect_of(key)

    @property
    def hint_without_products(self) -> str:
        """Return a hint for a tile without products."""
        listed = self.dates is not None
        told_by = "are its `dates` within the period" if listed else f"do their dates match `{self.date_format}`"
        return f"Do its files match `{self.file}`, and {told_by}?"

    @field_validator("dates")
    @classmethod
    def _one_observation_a_date(cls, dates: str | list[datetime.date] | None) -> str | list[datetime.date] | None:
        if isinstance(dates, str):
            return only_placeholders(dates, "tile")
        twice = sorted(date for date, count in Counter(dates or ()).items() if count > 1)
        if twice:
            raise ValueError(f"{twice[0]} is given twice")
        return dates

    @model_validator(mode="after")
    def _dates_are_told_once(self) -> "SeriesSettings":
        if self.dates is None and "{date}" not in self.file:
            raise ValueError("file: must contain `{date}`, or `dates` must list the dates of its bands")
        if self.dates is not None and any("{date}" in pattern for pattern in self.patterns()):
            raise ValueError("with `dates`, no pattern may hold `{date}`")
        return self

    @field_validator("date_format")
    @classmethod
    def _tells_a_day(cls, style: str) -> str:
        day = datetime.datetime(2018, 7, 9)
        try:
            told = datetime.datetime.strptime(day.strftime(style), style)
        except (ValueError, re.error):  # re.error: a repeated code
            told = None
        if told != day:
            raise ValueError("must tell year, month and day once each, in the codes of strptime, as %Y%m%d does")
        return style

    @model_validator(mode="after")
    def _bands_exist(self) -> "SeriesSettings":
        unknown = sorted(set(self.common_names) - set(self.bands))
        if unknown:
            raise ValueError(f"common_names names {unknown}, which `bands` lacks")
        for pattern in self.patterns():
            if any(part.count("*") > MOST_STARS for part in pattern.split("/")):
                raise ValueError(f"`{pattern}` holds more than {MOST_STARS} `*` in the name of a file or folder")
            odd = set(re.findall(r"\{(.*?)\}", pattern)) - {"tile", "date", "band"}
            if odd:
                raise ValueError(f"`{pattern}` holds {sorted(odd)}; only {{tile}}, {{date}}, {{band}} are known")
        return self

    @model_validator(mode="after")
    def _bands_are_different(self) -> "SeriesSettings":
        names: dict[tuple[str, str, int], str] = {}
        for name in self.bands:
            file, variable, number = self.place_of(name)
            place = (file.replace("{band}", name), variable, number)
            if place in names:
                raise ValueError(f"bands: {names[place]} and {name} are both band {number} of `{file}`")
            names[place] = name
        return self

    @model_validator(mode="after")
    def _order_is_of_stacks(self) -> "SeriesSettings":
        if self.dates is None and (self.order or self.bands_per_date):
            raise ValueError("order and bands_per_date are of files that hold several dates; give `dates`, too")
        return self

    def place_of(self, name: str) -> tuple[str, str, int]:
        """Return the file pattern of a band, its variable (empty for none), and its number in the file."""
        band = self.bands[name]
        given = SeriesBand(number=band) if isinstance(band, int) else band  # type: ignore[call-arg]
        variable = self.variable if given.variable is None else given.variable
        return given.file or self.file, variable.replace("{band}", name), given.number

    def patterns(self) -> list[str]:
        """Return all patterns of files."""
        own = [band.file for band in self.bands.values() if isinstance(band, SeriesBand) and band.file]
        return [self.file, *own, *([self.mask.file] if self.mask else [])]
