"""Sections of the configuration that describe Sentinel-2 products."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from landloom.sensors.muscate_settings import MuscateSettings
from landloom.sensors.settings import SensorSettings, check_bands

SENTINEL2_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")


class TheiaSettings(MuscateSettings):
    """Sentinel-2 Level-2A by THEIA/MAJA (MUSCATE format)."""

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["sentinel2_theia"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, SENTINEL2_BANDS)


class Sen2corSettings(SensorSettings):
    """Sentinel-2 Level-2A by Sen2Cor (.SAFE, any processing baseline)."""

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["sentinel2_sen2cor"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    invalid_classes: list[Annotated[int, Field(ge=0, le=11)]] = Field(
        [0, 1, 3, 8, 9, 10], description="scene classes (SCL) that make a look invalid"
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, SENTINEL2_BANDS)


class Sentinel2L3aSettings(SensorSettings):
    """Monthly syntheses of Sentinel-2, Level-3A by THEIA/WASP (MUSCATE format)."""

    type: Literal["sentinel2_l3a"]
    output_dates: Literal["steps", "own"] = Field(
        "own", description="output dates: the syntheses' own, which all tiles must share, or every `step_days` days"
    )
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    invalid_values: list[Annotated[int, Field(ge=0, le=255)]] = Field(
        [0, 1],
        description="values of the mask FLG that make a pixel invalid: 0 no data, 1 cloud, 2 snow, 3 water, 4 land",
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, SENTINEL2_BANDS)
