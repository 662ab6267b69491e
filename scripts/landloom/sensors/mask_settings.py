"""Mask rules: invalid values and bits, common to all sections that describe masks."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from landloom.core.section import PositiveInt, Section

MaskValue = Annotated[int, Field(ge=-(2**31), lt=2**32)]


class MaskSettings(Section):
    """A mask band, some values of which mark a pixel as invalid."""

    number: PositiveInt = Field(1, description="number of the band in the mask's file, from 1")
    invalid_values: list[MaskValue] = Field([], description="values that mark a pixel as invalid")
    valid_values: list[MaskValue] = Field([], description="if given, every other value marks a pixel as invalid")
    invalid_bits: list[Annotated[int, Field(ge=0, le=31)]] = Field(
        [], description="bits (0 is the lowest) that mark a pixel as invalid when set"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.invalid_values or self.valid_values or self.invalid_bits):
            raise ValueError("give invalid_values, valid_values or invalid_bits, else the mask has no effect")
        return self
