"""Settings common to all sensor sections of the configuration."""

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from landloom.core.memory import FILTERED_BYTES
from landloom.core.section import FolderPath, InputPath, PositiveInt, Section, TextLike
from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.sensors.coregistration_settings import CoregistrationSettings
from landloom.sensors.key_effects import KeyEffect

DayOfYear = Annotated[str, TextLike(r"(auto|[01]\d-[0-3]\d)", "auto, or month and day as '04-30'")]
MonthDay = Annotated[str, TextLike(r"[01]\d-[0-3]\d", "month and day as '04-30'")]


class PrepareSettings(Section):
    """Keep a copy of each image on the tile's grid, which is decoded far faster than JPEG 2000; values are the same.

    What it takes and when it pays is in docs/sensors.md.
    """

    folder: InputPath = Field(
        "",
        description="folder of the copies, with a folder of each tile and sensor; by default they are in "
        "`results/{year}/tiles/{tile}/prepared`",
    )

    def of_tile(self, sensor: str, tile: str, year: str) -> str:
        """Return the folder of the copies of a sensor's images of a tile and year."""
        return f"{self.folder}/{tile}/{sensor}" if self.folder else f"results/{year}/tiles/{tile}/prepared/{sensor}"


class SensorSettings(Section):
    """Settings common to all sensors."""

    TELLS_ORBIT: ClassVar[bool] = False
    """Whether the orbit of a product is known from its name or metadata."""

    ARCHIVE_IS_A_FOLDER: ClassVar[bool] = True
    """Whether the archive must be a folder; else it may be a file."""

    HAS_GRID: ClassVar[bool] = True
    """Whether products lie on a map's grid, which they may give to tiles."""

    IMAGES: ClassVar[str] = "optical"
    UNIT: ClassVar[float] = REFLECTANCE_SCALE

    if TYPE_CHECKING:  # each family has its own
        type: str
        bands: Collection[str]

    archive: Annotated[FolderPath, KeyEffect.CHOICE] = Field(
        description="folder that holds the products, at any depth (of three at most)"
    )
    output_dates: Annotated[Literal["steps", "own", "union"], KeyEffect.OUTPUT_DATES] = Field(
        "steps",
        description="output dates of the gap filling: every `step_days` days; or the products' own dates, which all "
        "tiles must share; or the union of the dates of all tiles' products",
    )
    step_days: Annotated[PositiveInt, KeyEffect.OUTPUT_DATES] = Field(
        10, description="days between two output dates of the gap filling"
    )
    start: Annotated[DayOfYear, KeyEffect.OUTPUT_DATES] = Field(
        "auto",
        description="first output date as MM-DD; `auto`: the last of all tiles' first dates (no extrapolation)",
    )
    end: Annotated[DayOfYear, KeyEffect.OUTPUT_DATES] = Field(
        "auto", description="last output date as MM-DD; `auto`: the first of all tiles' last dates"
    )
    resampling: Annotated[Literal["bilinear", "nearest", "cubic", "coarser_level"], KeyEffect.READING] = Field(
        "bilinear",
        description="resampling of bands on another grid to the tile's grid (masks: nearest); `coarser_level`: as "
        "`bilinear`, but bands finer than the grid are read from a coarser level that their file holds",
    )
    required: Annotated[bool, KeyEffect.CHOICE] = Field(
        True,
        description="whether every tile needs a product of this sensor; if not, its features are -10000 in tiles "
        "without products",
    )
    days: Annotated[Annotated[list[MonthDay], Field(min_length=2, max_length=2)] | None, KeyEffect.CHOICE] = Field(
        None,
        description="only products from the first to the last of two days of the year, as `[04-01, 10-31]`; may "
        "span the new year, as `[11-01, 02-28]`",
    )
    minimum_valid_fraction: Annotated[float, Field(ge=0, lt=1), KeyEffect.CHOICE] = Field(
        0.0, description="only products with at least this fraction of valid pixels in the tile"
    )
    orbits: Annotated[list[PositiveInt], KeyEffect.CHOICE] = Field(
        [], description="only products of these relative orbits (of Landsat: WRS paths), if products have them"
    )
    coregistration: Annotated[CoregistrationSettings | None, KeyEffect.SHIFTS] = Field(
        None, description="without it, images are not shifted"
    )
    prepare: Annotated[PrepareSettings | None, KeyEffect.COPIES] = Field(
        None,
        description="without it, samples and maps decode the products' files; `{}` keeps copies beside the results",
    )

    def effect_of(self, key: str) -> KeyEffect | None:
        """Return what a key alone has an effect on; None where it counts everywhere."""
        metadata = type(self).model_fields[key].metadata
        return next((one for one in metadata if isinstance(one, KeyEffect)), None)

    def keys_with(self, *effects: KeyEffect) -> list[str]:
        """Return the keys that have one of some effects, in the order of the section."""
        return [key for key in type(self).model_fields if self.effect_of(key) in effects]

    @property
    def images(self) -> str:
        """Return the form of prepared images (:data:`landloom.prepared.forms.FORMS`)."""
        return self.IMAGES

    @property
    def unit(self) -> float:
        """Return the stored number of 1 in the unit in which formulas have the bands."""
        return self.UNIT

    @property
    def is_radar(self) -> bool:
        """Return whether bands are backscatter, which is read from prepared images alone, and filtered."""
        return self.is_geocoded

    @property
    def is_geocoded(self) -> bool:
        """Return whether images are brought onto the tile's grid by a job before they are read, with its heights."""
        return self.IMAGES == "radar"

    @property
    def is_annual(self) -> bool:
        """Return whether there is one image a year, whose bands are features as they are."""
        return self.IMAGES == "annual"

    @property
    def embedding_model(self) -> str:
        """Return the name of the model that made the bands; empty where none did, or it is not told."""
        return ""

    @property
    def held_bytes(self) -> int:
        """Return the memory of a pixel of an observation while it is read, beside its values."""
        return FILTERED_BYTES if self.is_radar else 0

    @property
    def copies(self) -> PrepareSettings | None:
        """Return how images are prepared; None where products are read themselves."""
        return self.prepare or (PrepareSettings() if self.is_radar else None)  # type: ignore[call-arg]

    @property
    def reading(self) -> dict[str, Any]:
        """Return what readers of prepared images take from the section, as plain values."""
        return {}

    @property
    def covers_all_places(self) -> bool:
        """Return whether products of any place count as those of a tile until it is known where that lies."""
        return False

    def at(self, tile: str, box: tuple[float, float, float, float]) -> Self:
        """Return the section with the products alone that may show a tile's box in degrees."""
        return self

    def ground_folder(self, tile: str) -> str:
        """Return the folder of heights that a tile's images are made with; empty without one."""
        return ""

    def ground_files(self, tile: str) -> list[str]:
        """Return the files, beside products, that a tile's images are made of."""
        return []

    @property
    def hint_without_products(self) -> str:
        """Return a hint for a tile without products; empty if the family has none."""
        return ""

    @field_validator("start", "end")
    @classmethod
    def _day_exists(cls, day: str) -> str:
        if day != "auto":
            _check_day(day)
        return day

    @field_validator("days")
    @classmethod
    def _days_exist(cls, days: list[str] | None) -> list[str] | None:
        for day in days or ():
            try:
                _check_day(day)
            except ValueError as error:
                raise ValueError(f"{error}, not {day}") from None
        return days

    @field_validator("orbits")
    @classmethod
    def _orbits_are_told(cls, orbits: list[int]) -> list[int]:
        if orbits and not cls.TELLS_ORBIT:
            raise ValueError("products of this type have no orbit; leave `orbits` out")
        return orbits

    @model_validator(mode="after")
    def _compared_band_exists(self) -> "SensorSettings":
        bands = list(getattr(self, "bands", ()))
        if self.coregistration and not self.HAS_GRID:
            raise ValueError("coregistration: images of this type lie where their orbit places them; leave it out")
        if self.coregistration and self.coregistration.band not in bands:
            raise ValueError(f"coregistration.band: {self.coregistration.band} is not among `bands` ({bands})")
        return self

    @model_validator(mode="after")
    def _copies_are_no_products(self) -> "SensorSettings":
        folder = self.prepare.folder if self.prepare else ""
        if folder and Path(self.archive) in (Path(folder), *Path(folder).parents):
            raise ValueError(f"prepare.folder: {folder} lies in the archive; copies would be taken for products")
        return self


def _check_day(day: str) -> None:
    try:
        datetime.date.fromisoformat(f"2000-{day}")
    except ValueError:
        raise ValueError("must be a day of the year as MM-DD") from None


def check_bands(bands: list[str], known: Collection[str]) -> list[str]:
    """Raise if a band is unknown or named twice."""
    unknown = [band for band in bands if band not in known]
    if unknown:
        raise ValueError(f"{unknown} are not among {list(known)}")
    if len(set(bands)) < len(bands):
        raise ValueError("a band is named twice")
    return bands
