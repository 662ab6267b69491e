"""Section of the configuration: interpolation of time series to output dates."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from landloom.core.registry import Registry
from landloom.core.section import Section

METHODS = Registry(
    {
        "linear": "landloom.timeseries.linear",
        "whittaker": "landloom.timeseries.whittaker",
        "savitzky_golay": "landloom.timeseries.savitzky_golay",
        "none": "landloom.timeseries.no_interpolation",
    }
)
"""Methods by their name in the configuration. A method is a module with

``prepare(line, settings)``
    parameters of its kernel: a named tuple that begins with the fields of the timeline;
``new_scratch(plan)``
    a kernel: working memory for a block;
``fill(values, valid, pixels, plan, scratch, rows, flags)``
    a kernel: writes the bands of a block on each output date to its rows, date by date; returns which pixels have
    valid observations;
``LACKING``
    whether values may be missing on a date: if so, it writes a flag for each date, from the row ``flags`` on.

:func:`landloom.features.blocks.stack_of` makes the loop over blocks around it. CONTRIBUTING.md shows how to add one.
"""


@dataclass(frozen=True)
class MethodTraits:
    """Properties of a method that planning needs, without its kernels.

    Attributes
    ----------
    description : str
        For the documentation of the key `method`.
    cost : float
        Time for bands alone relative to linear interpolation, at least 1.
    keys : tuple of str
        Keys of the section that belong to this method.
    lacking : bool
        ``LACKING`` of its module: such a method needs output dates that are observation dates.
    """

    description: str
    cost: float = 1.0
    keys: tuple[str, ...] = ()
    lacking: bool = False


TRAITS = {
    "linear": MethodTraits("linear between the nearest valid observations"),
    "whittaker": MethodTraits("the best-fitting smooth curve", 6.0, ("smoothing",)),
    "savitzky_golay": MethodTraits("linear, then smoothed by local polynomials", 2.0, ("window", "degree")),
    "none": MethodTraits(
        "the observations themselves, -10000 where invalid (needs `output_dates: own` or `union` of the sensors)",
        lacking=True,
    ),
}
"""By the name in the configuration."""

if TYPE_CHECKING:
    MethodName = str
else:
    MethodName = Literal[tuple(METHODS)]


class InterpolationSettings(Section):
    """Interpolation of a pixel's valid observations to the output dates; the formulas are in docs/features.md."""

    method: MethodName = Field(
        "linear", description="; ".join(f"`{name}`: {one.description}" for name, one in TRAITS.items())
    )
    smoothing: Annotated[float, Field(gt=0, le=1e9)] = Field(
        1000.0, description="Whittaker: weight of roughness relative to misfit (lambda, for daily steps)"
    )
    window: Annotated[int, Field(ge=3, le=99)] = Field(
        7, description="Savitzky-Golay: number of output dates of a local polynomial, odd"
    )
    degree: Annotated[int, Field(ge=0, le=5)] = Field(2, description="Savitzky-Golay: degree of the local polynomial")

    @property
    def lacking(self) -> bool:
        """Return whether values may be missing on a date, which flags say."""
        return TRAITS[self.method].lacking

    @model_validator(mode="after")
    def _keys_belong_to_the_method(self) -> "InterpolationSettings":
        for method, traits in TRAITS.items():
            unused = sorted(key for key in traits.keys if self.says(key))
            if self.method != method and unused:
                raise ValueError(f"{unused[0]} applies to `method: {method}` only")
        if self.window % 2 == 0:
            raise ValueError("window must be odd, to have a middle")
        if self.degree >= self.window:
            raise ValueError("degree must be below window")
        return self
