"""Section of the configuration that describes a series of files of the user's own."""

import datetime
import re
from collections import Counter
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Name, PositiveInt, Section, only_placeholders
from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.mask_settings import MaskSettings
from landloom.sensors.settings import SensorSettings

MOST_STARS = 5
"""In the pattern of a name: the time that a name may take to fail grows with its length to their power."""

DEFAULT_DATE_FORMAT = "%Y%m%d"


class SeriesBand(Section):
    """A band of a user-described series that lies in a file of its own."""

    file: str | None = Field(None, description="file pattern of this band; by default the sensor's `file`")
    number: PositiveInt = Field(1, description="number of the band in its file, from 1")


class SeriesMask(MaskSettings):
    """The mask of a user-described series."""

    file: str = Field(description="file pattern of the mask, with the placeholders of the sensor's `file`")


class SeriesSettings(SensorSettings):
    """Any series of raster files that GDAL reads, described here: a new sensor without code.

    Either each file is of one date, which its name tells, or each holds all dates as its bands, one after the other,
    which `dates` tells. Dates are those of whole images: where the pixels of a composite were seen on days of their
    own (as the day of year of MODIS tells), the composite's nominal date counts for all.
    """

    type: Literal["series"]
    file: str = Field(
        description="pattern of the files below `archive`: `{date}` (needed, unless there are `dates`), `{tile}`, "
        "`{band}` (the band's name) and `*`, e.g. `{tile}/{date}_{band}.tif`. Beside a `*`, the date is a number of "
        "its own, no part of a longer one. All files that fit must tell a date"
    )
    dates: FolderPath | Annotated[list[datetime.date], Field(min_length=1)] | None = Field(
        None,
        description="dates of files that hold several: a list, or a text file with a date a line (`{tile}` is "
        "replaced). The first is that of the band that `bands` numbers, the next that of the next band of the file, "
        "and so on",
    )
    date_format: str = Field(
        DEFAULT_DATE_FORMAT,
        description="format of `{date}`, or of the lines of `dates`, in the codes of strptime; by default, these may "
        "be YYYY-MM-DD, too",
    )
    bands: dict[Name, PositiveInt | SeriesBand] = Field(
        description="band name: its number in the file, or its own `file` and `number`", min_length=1
    )
    mask: SeriesMask | None = Field(None, description="mask file; without it every look with data is valid")
    scale: float = Field(0.0001, description="reflectance = stored value x scale + offset")
    offset: float = Field(0.0, description="see scale")
    nodata: Annotated[float, Field(allow_inf_nan=True)] | None = Field(
        None,
        description="stored value without meaning; by default the file's own, else -10000 where int16 needs no "
        "scaling",
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
        """Return what may be wrong where a tile has no product."""
        listed = self.dates is not None
        told_by = "are its `dates` of that time" if listed else f"their dates `{self.date_format}`"
        return f"And do its files fit `{self.file}`, {told_by}?"

    @field_validator("dates")
    @classmethod
    def _one_observation_a_date(cls, dates: str | list[datetime.date] | None) -> str | list[datetime.date] | None:
        if isinstance(dates, str):
            return only_placeholders(dates, "tile")
        twice = sorted(date for date, count in Counter(dates or ()).items() if count > 1)
        if twice:
            raise ValueError(f"{twice[0]} stands there twice")
        return dates

    @model_validator(mode="after")
    def _dates_are_told_once(self) -> "SeriesSettings":
        if self.dates is None and self.file.count("{date}") != 1:
            raise ValueError("file: the pattern must hold `{date}` once, or `dates` tell the dates of its bands")
        if self.dates is not None and any("{date}" in pattern for pattern in self.patterns()):
            raise ValueError("with `dates`, no pattern may hold `{date}`")
        return self

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
        for pattern in self.patterns():
            if pattern.count("{date}") > 1:
                raise ValueError(f"`{pattern}` holds `{{date}}` twice")
            if any(part.count("*") > MOST_STARS for part in pattern.split("/")):
                raise ValueError(f"`{pattern}` holds more than {MOST_STARS} `*` in the name of a file or folder")
            odd = set(re.findall(r"\{(.*?)\}", pattern)) - {"tile", "date", "band"}
            if odd:
                raise ValueError(f"`{pattern}` holds {sorted(odd)}; only {{tile}}, {{date}}, {{band}} are known")
        return self

    def patterns(self) -> list[str]:
        """Return all patterns of files."""
        own = [band.file for band in self.bands.values() if isinstance(band, SeriesBand) and band.file]
        return [self.file, *own, *([self.mask.file] if self.mask else [])]
