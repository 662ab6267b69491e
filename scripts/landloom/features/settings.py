"""Section of the configuration for the features of the series."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from landloom.core.section import Name, Section, TextLike
from landloom.features.functions.settings import FunctionSettings
from landloom.timeseries.settings import InterpolationSettings

Kind = Annotated[
    str,
    TextLike(
        r"(min|max|mean|amplitude|day_of_max|p[1-9]\d?)",
        "min, max, mean, amplitude, day_of_max, or p1 to p99 (a quantile)",
    ),
]


class ExpressionSettings(Section):
    """User-defined feature for each output date, computed from bands."""

    formula: str = Field(
        max_length=1000,
        description="of reflectances (0 to 1) by names of bands or standard letters, with numbers, + - * / **, "
        "sqrt, abs, min, max, log (natural), exp; bands of radar are in dB, `power(VV)` is linear",
    )
    scale: Annotated[float, Field(gt=0, le=1e6)] = Field(
        1000.0, description="features are rounded results times this, from -32767 to 32767"
    )
    sensors: Annotated[list[Name], Field(min_length=1)] | None = Field(
        None, description="sensors to compute it for; by default all with its bands"
    )


def _with_formula(content: object) -> object:
    """Accept a text as the formula."""
    return {"formula": content} if isinstance(content, str) else content


Expression = Annotated[
    ExpressionSettings, BeforeValidator(_with_formula, json_schema_input_type=str | ExpressionSettings)
]


class StatisticsSettings(Section):
    """Features without a date: statistics of a pixel's series of a band, index or expression."""

    of: Annotated[list[str], Field(min_length=1)] = Field(
        description="bands, and indices and expressions of this section"
    )
    kinds: Annotated[list[Kind], Field(min_length=1)] = Field(
        description="`min`, `max`, `mean`, `amplitude` (max - min), quantiles as `p10` or `p50`, `day_of_max` (of "
        "the year; continued after the new year)"
    )
    only: bool = Field(False, description="omit the dated features from which they are computed")


class FeatureSettings(Section):
    """Features of every pixel for the classifier: see docs/features.md."""

    bands: bool | dict[Name, bool | list[str]] = Field(
        True,
        description="use the bands themselves: all, none, or by sensor (all, none or a list; all for sensors "
        "that are not named), as `{s2: [B4, B8]}`. Indices may use the others",
    )
    indices: list[str] | None = Field(
        None,
        description="spectral indices by their name in spyndex, and `brightness` (Euclidean norm of the bands); by "
        "default NDVI, NDMI and brightness if a sensor has the bands (for `series`, given by `common_names`)",
    )
    expressions: dict[Name, Expression] = Field(
        {}, description="user-defined features by name: a formula, as `(B8 - B4) / (B8 + B4)`, or a section"
    )
    relative_to: dict[Name, str] = Field(
        {},
        description="reference band of a sensor, as `{s2: B4}`: its other bands are replaced by "
        "(band - reference) / (band + reference) x 1000",
    )
    interpolation: InterpolationSettings = Field(
        InterpolationSettings(),  # type: ignore[call-arg]
        description="interpolation from observations to output dates, for all sensors",
    )
    statistics: list[StatisticsSettings] = Field([], description="features of whole series")
    functions: list[FunctionSettings] = Field([], description="user-defined Python functions that compute features")
    only_functions: bool = Field(
        False,
        description="use only their features of the sensors: no bands, indices, expressions or statistics; "
        "`rasters` remain features",
    )

    @property
    def function_labels(self) -> list[str]:
        """Return the prefix of each function's features."""
        return [function.label for function in self.functions]

    @model_validator(mode="after")
    def _functions_have_names_of_their_own(self) -> "FeatureSettings":
        labels = self.function_labels
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"functions: {twice[0]} is used twice; give each its own `prefix`")
        if self.only_functions and not labels:
            raise ValueError("only_functions needs `functions`")
        return self
