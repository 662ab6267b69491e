"""What the sections of the configuration share that describe products in MUSCATE format with MAJA's masks."""

from typing import Any, Literal

from pydantic import Field, field_validator

from landloom.sensors.settings import SensorSettings


class MuscateSettings(SensorSettings):
    """Level-2A by THEIA, as MAJA writes it."""

    reflectance: Literal["FRE", "SRE"] = Field(
        "FRE", description="slope-corrected (FRE) or not (SRE) surface reflectance"
    )
    invalid_bits: dict[Literal["CLM", "SAT", "EDG"], Literal["any"] | list[int]] = Field(
        {"CLM": "any", "SAT": "any", "EDG": "any"},
        description="per mask file, the bits (0 to 7) that make a look invalid, or `any`; "
        "a mask that is not named is not used",
    )

    @field_validator("invalid_bits")
    @classmethod
    def _bits_of_a_byte(cls, rules: dict[str, Any]) -> dict[str, Any]:
        for mask, bits in rules.items():
            if bits != "any" and not set(bits) <= set(range(8)):
                raise ValueError(f"bits of {mask} must be between 0 and 7, not {bits}")
        return rules
