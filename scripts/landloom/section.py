"""What all sections of the configuration are made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from landloom.words import unfit

PositiveInt = Annotated[int, Field(gt=0, lt=2**31)]


class Section(BaseModel):
    """A part of the configuration: unknown keys are errors, values do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        """Refuse text that would break lines of tables and messages, or could not be written."""
        several = [*value, *value.values()] if isinstance(value, dict) else value
        for text in several if isinstance(several, list) else [several]:
            if isinstance(text, str) and (found := unfit(text)):
                raise ValueError(f"must not hold line breaks or control characters ({found})")
        return value
