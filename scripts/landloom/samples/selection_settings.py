"""Draw settings of training pixels in a region: a part of the section `samples` of the configuration."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from landloom.core.section import InputPath, PositiveInt, Section

_NUMBERS = ("number", "percent", "numbers")
_OF_STRATEGY = {
    "all": ((),),
    "percent": (("percent",),),
    "total": (("number",),),
    "smallest": ((),),
    "per_class": (("number",), ("numbers",)),
}
"""Keys with numbers that each strategy accepts: one of these sets."""


class DrawSettings(Section):
    """Number and selection of training pixels."""

    strategy: Literal["all", "percent", "total", "smallest", "per_class"] = Field(
        "all",
        description="`all` pixels; `percent`: this percentage of each class; `total`: `number` in each region, in "
        "proportion; `smallest`: of each class as many as the region's smallest class has; `per_class`: `number` of "
        "each class and region, or by class from the file `numbers`. Never more than exist",
    )
    number: PositiveInt | None = Field(None, description="for `total` and `per_class`")
    percent: Annotated[float, Field(gt=0, le=100)] | None = Field(None, description="for `percent`")
    numbers: InputPath | None = Field(
        None,
        description="for `per_class`: CSV file with the columns `label`, `number`; for classes not named in it, "
        "none is drawn, which `sample_counts.csv` and the log report",
    )
    sampler: Literal["random", "periodic"] = Field(
        "random",
        description="`random`; `periodic`: evenly spaced among the pixels of the class, in the order of tile, row "
        "and column, from a random start",
    )
    minimum_valid_observations: Annotated[int, Field(ge=1)] = Field(
        1, description="smallest number of valid observations of a sample's pixel"
    )

    @model_validator(mode="after")
    def _numbers_fit(self) -> "DrawSettings":
        given = tuple(key for key in _NUMBERS if getattr(self, key) is not None)
        choices = _OF_STRATEGY[self.strategy]
        if given not in choices:
            needed = " or ".join(f"`{key}`" for choice in choices for key in choice)
            odd = [f"`{key}`" for key in given if (key,) not in choices] or [f"`{key}`" for key in given[1:]]
            need = f"needs {needed}" if needed else ""
            leave = f"leave out {', '.join(odd)}" if odd else ""
            raise ValueError(f"strategy {self.strategy}: {'; '.join(filter(None, (need, leave)))}")
        return self

    def overridden(self, by: "DrawSettings") -> "DrawSettings":
        """Return the settings of a region with its own keys; a strategy and its numbers are replaced together."""
        together = {"strategy", *_NUMBERS}
        own = by.model_fields_set | (together if by.model_fields_set & together else set())
        return self.model_copy(update={key: getattr(by, key) for key in DrawSettings.model_fields if key in own})
