"""Section of the configuration: interpolation of time series onto output dates."""

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
"""By the name in the configuration. A method is a module with

``prepare(line, settings)``
    what its kernel needs to know beside the series: a named tuple that begins with the fields of the timeline;
``new_scratch(plan)``
    a kernel: working memory for a block;
``fill(values, valid, pixels, plan, scratch, rows, flags)``
    a kernel: puts the bands of a block on each output date into its rows, date by date; returns which pixels
    are seen;
``LACKING``
    whether values may lack on a date: then it writes a flag for each date, from the row ``flags`` on.

:func:`landloom.features.blocks.stack_of` makes the parallel loop around it. CONTRIBUTING.md shows how to add one.
"""

METHOD_KEYS = {"whittaker": {"smoothing"}, "savitzky_golay": {"window", "degree"}}
"""Keys that belong to one method."""

METHOD_COSTS = {"linear": 1.0, "whittaker": 6.0, "savitzky_golay": 2.0, "none": 1.0}
"""How many times as long as linear interpolation a method takes (measured: docs/features.md)."""

if TYPE_CHECKING:
    Method = str
else:
    Method = Literal[tuple(METHODS)]


class InterpolationSettings(Section):
    """How values on the output dates follow from the clear looks of a pixel; the formulas are in docs/features.md."""

    method: Method = Field(
        "linear",
        description="`linear` between the nearest clear looks; `whittaker`: the smooth curve that fits them best; "
        "`savitzky_golay`: linear, then smoothed by local polynomials; `none`: the values of the looks themselves, "
        "-10000 where not clear (needs `output_dates: own` or `union` of the sensors)",
    )
    smoothing: Annotated[float, Field(gt=0, le=1e9)] = Field(
        1000.0, description="Whittaker: how much roughness counts against misfit (lambda, for daily steps)"
    )
    window: Annotated[int, Field(ge=3, le=99)] = Field(
        7, description="Savitzky-Golay: output dates of a local polynomial, an odd number"
    )
    degree: Annotated[int, Field(ge=0, le=5)] = Field(2, description="Savitzky-Golay: of the local polynomial")

    @model_validator(mode="after")
    def _keys_belong_to_the_method(self) -> "InterpolationSettings":
        for method, keys in METHOD_KEYS.items():
            odd = sorted(key for key in keys if self.says(key))
            if self.method != method and odd:
                raise ValueError(f"{odd[0]} goes with `method: {method}` only")
        if self.window % 2 == 0:
            raise ValueError("window must be odd, to have a middle")
        if self.degree >= self.window:
            raise ValueError("degree must be below window")
        return self
