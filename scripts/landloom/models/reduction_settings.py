"""The section `model.reduction` of the configuration: fewer features by principal components."""

from typing import Literal

from pydantic import Field, field_validator

from landloom.core.section import Fraction, PositiveInt, Section


class ReductionSettings(Section):
    """Principal components of groups of features in place of the features, fitted on the training samples.

    Each model has components of its own: every feature is brought to mean 0 and standard deviation 1, and each group
    turned into components, the most variance first. Values that no sensor saw (-10000) count as the mean; where a
    pixel lacks all of a group, its components are -10000, too. Features without band and date (statistics over all
    dates, static rasters) make a group of their own where groups go by these. Components are rounded to a thousandth
    of their standard deviation.
    """

    groups: Literal["all", "sensor", "band", "date", "sensor_band", "sensor_date"] = Field(
        "band",
        description="what makes a group: all features; those of a sensor; of a band or index, of all dates and "
        "sensors; of a date, of all bands and sensors; the same, sensor by sensor",
    )
    components: PositiveInt | Fraction = Field(
        4,
        description="components of each group (all, of a smaller group), or the share of its variance that they "
        "keep at least, as 0.95",
    )

    @field_validator("components", mode="before")
    @classmethod
    def _is_number_or_share(cls, components: object) -> object:
        # 1.0 would be taken for one component by one reader, for all variance by another.
        if isinstance(components, float) and components >= 1:
            raise ValueError("write a whole number of components, as 4, or a share of the variance below 1, as 0.95")
        return components
