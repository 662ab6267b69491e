"""Sections of the configuration as those of regressors: a random forest then is one of regression trees."""

from dataclasses import dataclass
from typing import Any

from landloom.models.scikit_learn.regressors import OF_CLASSIFIERS
from landloom.models.settings import SearchSettings, TrainedSettings


@dataclass(frozen=True)
class RegressorSettings:
    """What scikit-learn is asked for (:class:`landloom.models.scikit_learn.classifiers.ScikitLearnSettings`).

    Attributes
    ----------
    section : section of the configuration
        That names a forest, or a regressor.
    """

    section: TrainedSettings

    @property
    def classifier_name(self) -> str:
        """Return the name of scikit-learn's class."""
        name = self.section.classifier_name
        return OF_CLASSIFIERS.get(name, name)

    @property
    def scaled(self) -> bool:
        """Return whether features and values are scaled."""
        return self.section.scaled

    @property
    def search(self) -> SearchSettings | None:
        """Return None: parameters are not searched for."""
        return None

    def sklearn_name(self, name: str) -> str:
        """Return what scikit-learn calls a parameter."""
        return name

    def all_parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        return self.section.all_parameters()
