"""Sections of the configuration that describe Sentinel-2 products."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from landloom.sensor_section import SensorSettings

SENTINEL2_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")


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


def _check_bands(bands: list[str]) -> list[str]:
    """Raise where a Sentinel-2 band is unknown or named twice."""
    unknown = [band for band in bands if band not in SENTINEL2_BANDS]
    if unknown:
        raise ValueError(f"{unknown} are not among {list(SENTINEL2_BANDS)}")
    if len(set(bands)) < len(bands):
        raise ValueError("a band is named twice")
    return bands
