"""Section `samples.augmentation` of the configuration: synthetic samples from existing ones."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from landloom.core.section import InputPath, Label, PositiveInt, Section


class AugmentationSettings(Section):
    """Synthetic samples of small classes, in each region and run."""

    method: Literal["replicate", "jitter", "smote"] = Field(
        description="`replicate`: repeated unchanged; `jitter`: repeated with noise; `smote`: between a sample "
        "and one of its nearest neighbours of the class (imbalanced-learn's SMOTE)"
    )
    amount: Literal["minimum", "balance", "per_class"] = Field(
        description="number of samples to which each class is filled: `minimum`: `number`; `balance`: as many as the "
        "region's largest class has; `per_class`: by the file `numbers`"
    )
    number: PositiveInt | None = Field(None, description="for `minimum`")
    numbers: InputPath | None = Field(
        None,
        description="for `per_class`: CSV file with the columns `label`, `number`; for classes not named in it, "
        "none is generated",
    )
    divisor: Annotated[float, Field(gt=0)] = Field(
        10.0,
        description="for `jitter`: the noise's standard deviation is that of the feature in the class, "
        "divided by this",
    )
    neighbours: PositiveInt = Field(
        5, description="for `smote`: nearest neighbours to choose from; fewer if a class has fewer, which is reported"
    )
    regions: list[Label] | None = Field(None, description="regions with augmentation; by default all")

    @model_validator(mode="after")
    def _keys_fit_the_method(self) -> "AugmentationSettings":
        for key, method in (("divisor", "jitter"), ("neighbours", "smote")):
            if self.says(key) and self.method != method:
                raise ValueError(f"`{key}` belongs to method {method}, not to {self.method}; leave it out")
        return self

    @model_validator(mode="after")
    def _number_fits(self) -> "AugmentationSettings":
        needed = {"minimum": "number", "per_class": "numbers"}.get(self.amount)
        given = [key for key in ("number", "numbers") if getattr(self, key) is not None]
        if given != ([needed] if needed else []):
            need = f"needs only `{needed}`" if needed else f"takes no {given}"
            raise ValueError(f"amount {self.amount} {need}")
        return self
