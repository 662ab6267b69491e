"""Section `samples.table` of the configuration: series of a table that train."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from landloom.core.section import FolderPath, Section, only_placeholders


class TableSettings(Section):
    """Series of labelled samples, of a parquet or CSV file, that train models beside or instead of polygons.

    They are filled to the output dates of the map as the series of pixels are, and make the same features. Polygons
    are split as without a table, and test the map.
    """

    file: FolderPath = Field(description="parquet file or CSV file (UTF-8); `{year}` is replaced by the mapped year")
    layout: Literal["long", "wide"] = Field(
        description="`long`: a row for each sample and date, a column for each band; `wide`: a row for each sample, "
        "with columns `<band>_<date>`, as `B4_20180501` or `B4_2018-05-01`"
    )
    use: Literal["add", "only"] = Field(
        description="`add`: beside the samples of the reference; `only`: instead of them"
    )
    label: str = Field(description="column of the label")
    id: str | None = Field(None, description="column that tells the samples apart; needed for `long`")
    date: str | None = Field(
        None, description="column of the day of an observation, for `long`: a date, or text as 2018-05-01 or 20180501"
    )
    bands: dict[str, str] = Field(
        {},
        description="band: its column, or what its columns begin with, where these have other names. Bands are named "
        "as in `sensors`; with several sensors `<sensor>_<band>`. All bands of all sensors are needed",
    )
    scale: float = Field(0.0001, gt=0, description="reflectance = value x scale + offset")
    offset: float = Field(0.0, description="see scale")
    nodata: Annotated[float, Field(allow_inf_nan=True)] | None = Field(
        None, description="value of a missing observation, beside empty fields; a stored -10000 is missing, too"
    )
    region: str | None = Field(
        None, description="column of the region whose model a sample trains; without it, samples train all models"
    )
    group: str | None = Field(
        None,
        description="column of what samples of one place share, as their field: such samples are never divided "
        "between folds of `model.search`; by default each sample stands alone",
    )

    @field_validator("file")
    @classmethod
    def _known_placeholder(cls, pattern: str) -> str:
        return only_placeholders(pattern, "year") or pattern

    @model_validator(mode="after")
    def _keys_fit_the_layout(self) -> "TableSettings":
        lacking = [key for key in ("id", "date") if self.layout == "long" and getattr(self, key) is None]
        if lacking:
            raise ValueError(f"layout long needs {' and '.join(f'`{key}`' for key in lacking)}")
        if self.layout == "wide" and self.date is not None:
            raise ValueError("layout wide takes no `date`: its columns are named by band and date")
        return self

    def path(self, year: int | str) -> str:
        """Return the table of a year."""
        return self.file.replace("{year}", str(year))
