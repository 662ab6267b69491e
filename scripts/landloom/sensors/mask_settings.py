"""Which numbers of a mask make a look invalid: what sections of the configuration that describe masks share."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from landloom.core.section import PositiveInt, Section

MaskValue = Annotated[int, Field(ge=-(2**31), lt=2**32)]


class MaskSettings(Section):
    """A band of numbers, some of which make a look invalid."""

    number: PositiveInt = Field(1, description="number of the band in the mask's file, from 1")
    invalid_values: list[MaskValue] = Field([], description="values that make a look invalid")
    valid_values: list[MaskValue] = Field([], description="if given, every other value makes a look invalid")
    invalid_bits: list[Annotated[int, Field(ge=0, le=31)]] = Field(
        [], description="bits (0 is the lowest) that make a look invalid when set"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.invalid_values or self.valid_values or self.invalid_bits):
            raise ValueError("give invalid_values, valid_values or invalid_bits, else the mask masks nothing")
        return self
