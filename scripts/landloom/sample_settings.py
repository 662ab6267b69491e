"""The section `samples` of the configuration: which training pixels are used."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from landloom.section import PositiveInt, Section


class SampleSettings(Section):
    """How many of the training pixels are used."""

    strategy: Literal["all", "total", "per_class"] = Field(
        "all",
        description="`all` pixels; `total`: `number` in each region, shared in proportion; "
        "`per_class`: `number` of each class and region",
    )
    number: PositiveInt | None = Field(None, description="see strategy")
    minimum_clear_looks: Annotated[int, Field(ge=1)] = Field(
        1, description="pixels seen clear less often are not used as samples"
    )

    @model_validator(mode="after")
    def _number_fits(self) -> "SampleSettings":
        if (self.strategy == "all") != (self.number is None):
            need = "takes no `number`" if self.strategy == "all" else "needs `number`"
            raise ValueError(f"strategy {self.strategy} {need}")
        return self
