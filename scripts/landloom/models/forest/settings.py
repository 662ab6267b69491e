"""Sections of the configuration of random forests and extra trees."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from landloom.core.section import Fraction, PositiveInt
from landloom.models.settings import TrainedSettings, check_grid

FAMILY, SUFFIX = "forest", ".npz"
"""Of the models: their name in the registry, and how the names of their files end."""


class ForestSettings(TrainedSettings):
    """What random forests and extra trees have."""

    MODELS: ClassVar[tuple[str, str]] = (FAMILY, SUFFIX)
    CLASSIFIER: ClassVar[str]
    SKLEARN_NAMES: ClassVar[dict[str, str]] = {
        "trees": "n_estimators",
        "max_depth": "max_depth",
        "min_samples_leaf": "min_samples_leaf",
        "min_samples_split": "min_samples_split",
        "max_features": "max_features",
    }

    trees: PositiveInt = Field(100, description="number of trees")
    max_depth: PositiveInt = Field(25, description="largest depth of a tree")
    min_samples_leaf: PositiveInt = Field(1, description="fewest training samples in a leaf")
    min_samples_split: Annotated[int, Field(ge=2, lt=2**31)] = Field(
        2, description="fewest training samples of a node that is split: smaller ones are leaves"
    )
    max_features: Literal["sqrt", "log2"] | PositiveInt | Fraction = Field(
        "sqrt", description="features tried at each split"
    )

    @model_validator(mode="after")
    def _grid_fits(self) -> "ForestSettings":
        """Check every value of the grid as if it stood in the section."""
        check_grid(self, self.SKLEARN_NAMES)
        return self

    @property
    def classifier_name(self) -> str:
        """Return the name of scikit-learn's class."""
        return self.CLASSIFIER

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled: thresholds of trees need it not."""
        return False

    def sklearn_name(self, name: str) -> str:
        """Return what scikit-learn calls a parameter."""
        return self.SKLEARN_NAMES[name]

    def all_parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        return {self.SKLEARN_NAMES[name]: getattr(self, name) for name in self.SKLEARN_NAMES}


class RandomForestSettings(ForestSettings):
    """The classifier, trained on the samples: a random forest."""

    CLASSIFIER = "RandomForestClassifier"

    type: Literal["random_forest"] = Field(
        "random_forest", description="kind of classifier; it decides the other keys"
    )


class ExtraTreesSettings(ForestSettings):
    """Extremely randomized trees: faster to train than a random forest, and often as good."""

    CLASSIFIER = "ExtraTreesClassifier"

    type: Literal["extra_trees"] = Field(description="kind of classifier; it decides the other keys")


SECTIONS = (RandomForestSettings, ExtraTreesSettings)
"""By the values of their key ``type``."""
