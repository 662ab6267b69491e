"""Section `sanity` of the configuration: thresholds above which checks of the maps warn or fail."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model

from landloom.checks.map_checks import CHECKS
from landloom.core.section import PositiveInt, Section

Threshold = Annotated[float, Field(ge=0, le=1)] | None


def _thresholds(name: str, doc: str, of: str) -> Any:
    """Return a section class with a threshold for each check."""
    keys: dict[str, Any] = {
        check.key: (Threshold, Field(getattr(check, of), description=check.description)) for check in CHECKS
    }
    return create_model(name, __base__=Section, __doc__=doc, **keys)


if TYPE_CHECKING:

    class WarningThresholds(Section):
        """Has a threshold for each check."""

    class FailureThresholds(Section):
        """Has a threshold for each check."""

else:
    WarningThresholds = _thresholds(
        "WarningThresholds",
        "Thresholds above which a finding is a warning in the report; `null`: never.",
        "warn",
    )
    FailureThresholds = _thresholds(
        "FailureThresholds",
        "Thresholds above which a finding ends the workflow before the report (the maps stay); `null`: never.",
        "fail",
    )


OF_BOTH = ("unclassified_map", "unclassified_tile", "mosaic", "places")
"""Checks of all maps; the others are of classes, or of a target."""

OF_VALUES = ("seam_steps",)
"""Checks of maps of a target."""


class SanitySettings(Section):
    """Checks of the maps: a finding above a threshold is a warning, or ends the workflow."""

    warn: WarningThresholds = Field(WarningThresholds(), description="thresholds of warnings")
    fail: FailureThresholds = Field(FailureThresholds(), description="thresholds of failures")
    fewest_seam_pixels: PositiveInt = Field(
        100,
        description="smallest number of pixels for a comparison: of those that two tiles both map along their seam, "
        "and of those along the border of a file",
    )

    def said_of_others(self, of_target: bool) -> list[str]:
        """Return the keys with a value of their own that are of classes where there is a target, or the reverse."""
        parts = {"warn": self.warn, "fail": self.fail}
        keys = [f"{name}.{key}" for name, part in parts.items() for key in type(part).model_fields if part.says(key)]
        of_values = {key: key.partition(".")[2] in OF_VALUES for key in keys}
        return [key for key in keys if key.partition(".")[2] not in OF_BOTH and of_values[key] != of_target]
