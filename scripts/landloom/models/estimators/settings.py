"""Section of the configuration of any classifier of scikit-learn."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from landloom.models.forest import settings as forest
from landloom.models.scikit_learn import catalogue, regressors
from landloom.models.settings import TrainedSettings, check_plain

FAMILY, SUFFIX = "estimators", ".skops"
"""Of the models: their name in the registry, and how the names of their files end."""


class SklearnSettings(TrainedSettings):
    """Any of these classifiers of scikit-learn, by its name.

    {names}.

    To all of them, features of a sensor that never saw a pixel clear are -10000. Classifiers that give no
    probabilities (as SVC) are calibrated on 5 folds of whole polygons. SVC and NuSVC take time with the square of the
    number of samples and map with all support vectors; KNeighborsClassifier compares every pixel with every sample:
    draw few by `samples.strategy`. With 4000 samples of 442 features, SVC took a core 0.2 ms for a pixel (7 hours for
    a full Sentinel-2 tile), KNeighborsClassifier 0.1 ms, HistGradientBoostingClassifier 0.05 ms, others 2 to 4 us, a
    random forest 1 us.

    With a `target`, any of these regressors: {regressors}.
    """

    CHECKED_BY: ClassVar[str] = "scikit-learn"

    type: Literal["sklearn"] = Field(description="kind of classifier; it decides the other keys")
    classifier: str | None = Field(None, description="name of the class in scikit-learn, as `SVC`; without `target`")
    regressor: str | None = Field(
        None,
        description="with a `target`, in place of `classifier`: name of the class in scikit-learn, as `SVR`",
    )
    parameters: dict[str, Any] = Field(
        {}, description="its parameters; `random_state` and `n_jobs` are set by landloom"
    )
    scale: bool | None = Field(
        None,
        description="bring every feature to mean 0 and standard deviation 1; by default for classifiers that compare "
        "features with each other (SVC, nearest neighbours, networks, linear models ...), not for trees",
    )

    @field_validator("classifier")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        return name and catalogue.check(name)

    @field_validator("regressor")
    @classmethod
    def _known_regressor(cls, name: str | None) -> str | None:
        return name and regressors.check(name)

    @model_validator(mode="after")
    def _one_of_both(self) -> "SklearnSettings":
        if (self.classifier is None) == (self.regressor is None):
            raise ValueError("needs `classifier` or, with a `target`, `regressor`: one of both")
        return self

    @field_validator("parameters")
    @classmethod
    def _plain(cls, parameters: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = check_plain(parameters)
        return found

    @model_validator(mode="after")
    def _forests_are_not_scaled(self) -> "SklearnSettings":
        if self.scale and self.family == forest.FAMILY:
            raise ValueError("scale: thresholds of trees need no scaling; leave it out")
        return self

    @property
    def classifier_name(self) -> str:
        """Return the name of scikit-learn's class."""
        return str(self.classifier or self.regressor)

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled."""
        known = regressors.REGRESSORS if self.regressor else catalogue.CLASSIFIERS
        return known[self.classifier_name].scaled if self.scale is None else self.scale

    @property
    def family(self) -> str:
        """Return the family of the models: forests are stored as such, however they are named."""
        return forest.FAMILY if self.classifier_name in (*catalogue.FORESTS, *regressors.FORESTS) else FAMILY

    @property
    def suffix(self) -> str:
        """Return how the names of the models' files end."""
        return forest.SUFFIX if self.family == forest.FAMILY else SUFFIX

    def sklearn_name(self, name: str) -> str:
        """Return what scikit-learn calls a parameter."""
        return name

    def with_parameters(self, chosen: Mapping[str, Any]) -> Self:
        """Return the section with some values in place of its own."""
        return self.model_copy(update={"parameters": self.parameters | dict(chosen)})

    def all_parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        return dict(self.parameters)


SklearnSettings.__doc__ = (
    (SklearnSettings.__doc__ or "")
    .replace("{names}", ", ".join(f"`{name}`" for name in catalogue.CLASSIFIERS))
    .replace("{regressors}", ", ".join(f"`{name}`" for name in regressors.REGRESSORS))
)

SECTIONS = (SklearnSettings,)
"""By the values of their key ``type``."""
