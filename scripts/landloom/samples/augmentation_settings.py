"""The section `samples.augmentation` of the configuration: samples that are made from those there are."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from landloom.core.section import InputPath, PositiveInt, Section
from landloom.geo.region_settings import RegionName


class AugmentationSettings(Section):
    """Samples made from those of a class that has few, in each region and run."""

    method: Literal["replicate", "jitter", "smote"] = Field(
        description="`replicate`: repeated as they are; `jitter`: repeated with noise; `smote`: put between a sample "
        "and one of its nearest neighbours of the class (imbalanced-learn's SMOTE)"
    )
    amount: Literal["minimum", "balance", "per_class"] = Field(
        description="up to how many samples each class is filled: `minimum`: `number`; `balance`: as many as the "
        "region's largest class has; `per_class`: as the file `numbers` tells"
    )
    number: PositiveInt | None = Field(None, description="for `minimum`")
    numbers: InputPath | None = Field(
        None,
        description="for `per_class`: CSV file with the columns `label`, `number`; of a class that it does not name, "
        "none is made",
    )
    divisor: Annotated[float, Field(gt=0)] = Field(
        10.0,
        description="for `jitter`: the noise's standard deviation is that of the feature in the class, "
        "divided by this",
    )
    neighbours: PositiveInt = Field(
        5, description="for `smote`: nearest neighbours to choose from; fewer where a class has fewer, which is noted"
    )
    regions: list[RegionName] | None = Field(None, description="names of the regions to do this in; by default all")

    @model_validator(mode="after")
    def _keys_fit_the_method(self) -> "AugmentationSettings":
        for key, method in (("divisor", "jitter"), ("neighbours", "smote")):
            if self.says(key) and self.method != method:
                raise ValueError(f"`{key}` is of method {method}, not of {self.method}; leave it out")
        return self

    @model_validator(mode="after")
    def _number_fits(self) -> "AugmentationSettings":
        needed = {"minimum": "number", "per_class": "numbers"}.get(self.amount)
        given = [key for key in ("number", "numbers") if getattr(self, key) is not None]
        if given != ([needed] if needed else []):
            need = f"needs `{needed}` alone" if needed else f"takes no {given}"
            raise ValueError(f"amount {self.amount} {need}")
        return self
