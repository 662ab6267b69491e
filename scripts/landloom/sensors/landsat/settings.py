"""Sections of the configuration that describe Landsat products."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from landloom.core.section import Name, TextLike
from landloom.sensors.muscate_settings import MuscateSettings
from landloom.sensors.settings import SensorSettings, check_bands

LANDSAT8_BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")
REFLECTIVE = ("coastal", "blue", "green", "red", "nir08", "swir16", "swir22")
"""Common names of bands, as STAC's eo extension has them: the same for all satellites."""
USUAL = REFLECTIVE[1:]
PathRow = Annotated[str, TextLike(r"\d{6}", "path and row as six digits, in quotes")]
_COMMON = "bands to use by their common names, in this order: "


class Landsat8TheiaSettings(MuscateSettings):
    """Landsat 8 Level-2A by THEIA/MAJA (MUSCATE format), on the tiles of Sentinel-2."""

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["landsat8_theia"]
    bands: list[str] = Field(list(LANDSAT8_BANDS), description="bands to use, in this order", min_length=1)

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, LANDSAT8_BANDS)


class LandsatTheiaOldSettings(SensorSettings):
    """Landsat 5, 7 and 8 by THEIA before 2017 (N2A, tiles as D0005H0002); satellites may go together."""

    type: Literal["landsat_theia_old"]
    bands: list[str] = Field(
        list(USUAL), description=f"{_COMMON}{', '.join(REFLECTIVE)} (coastal: of Landsat 8 only)", min_length=1
    )
    scale: Annotated[float, Field(gt=0)] = Field(0.001, description="reflectance = stored value x scale")
    invalid_bits: dict[Literal["NUA", "SAT", "DIV"], Literal["any"] | list[Annotated[int, Field(ge=0, le=15)]]] = (
        Field(
            {"NUA": "any", "SAT": "any", "DIV": [0]},
            description="per mask file (clouds, saturation, diverse), the bits that make a look invalid, or `any`; a "
            "mask that is not named is not used. Bit 0 of DIV: no data",
        )
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, REFLECTIVE)


class LandsatC2Settings(SensorSettings):
    """Landsat 4, 5, 7, 8 and 9, Collection 2 Level-2 by USGS; satellites may go together.

    Products are folders, `.tar` files read in place, or files side by side. Those of a tile lie in a folder of its
    name, or are of the path and row that it is named after (`199029`, `tile199029`), or of those in `path_rows`.
    """

    TELLS_ORBIT: ClassVar[bool] = True

    type: Literal["landsat_c2"]
    bands: list[str] = Field(
        list(USUAL),
        description=f"{_COMMON}{', '.join(REFLECTIVE)}, thermal (coastal: of Landsat 8 and 9 only; thermal: surface "
        "temperature in kelvin, stored times 10)",
        min_length=1,
    )
    path_rows: dict[Name, list[PathRow]] = Field(
        {}, description="tile: the WRS-2 paths and rows of scenes that see it, in quotes, as `T31TCJ: ['199029']`"
    )
    invalid_bits: list[Annotated[int, Field(ge=0, le=7)]] = Field(
        [0, 1, 2, 3, 4],
        description="bits of QA_PIXEL that make a look invalid: 0 fill, 1 dilated cloud, 2 cirrus (Landsat 8 and 9), "
        "3 cloud, 4 cloud shadow, 5 snow, 6 clear, 7 water",
    )
    mask_saturated: bool = Field(
        True, description="whether a look is invalid where a band that is used is saturated (QA_RADSAT)"
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, (*REFLECTIVE, "thermal"))
