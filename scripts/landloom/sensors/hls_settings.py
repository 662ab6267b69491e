"""Section of the configuration that describes Harmonized Landsat and Sentinel-2 products."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from landloom.sensors.landsat.settings import REFLECTIVE, USUAL
from landloom.sensors.settings import SensorSettings, check_bands


class HlsSettings(SensorSettings):
    """Harmonized Landsat and Sentinel-2 by NASA, version 2.0: L30 and S30 make one series."""

    type: Literal["hls"]
    bands: list[str] = Field(
        list(USUAL),
        description=f"bands to use by their common names, in this order: {', '.join(REFLECTIVE)}",
        min_length=1,
    )
    products: list[Literal["L30", "S30"]] = Field(
        ["L30", "S30"], description="of Landsat (L30), of Sentinel-2 (S30)", min_length=1
    )
    invalid_bits: list[Annotated[int, Field(ge=0, le=5)]] = Field(
        [0, 1, 2, 3],
        description="bits of Fmask that make a look invalid: 0 cirrus, 1 cloud, 2 adjacent to cloud or shadow, "
        "3 cloud shadow, 4 snow or ice, 5 water; the value 255 (no data) always does",
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return check_bands(bands, REFLECTIVE)
