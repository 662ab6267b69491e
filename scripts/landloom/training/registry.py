"""Trainers: what fits the classifiers of a family, found by the name of the family.

They stand apart from :data:`landloom.models.registry.FAMILIES`, which knows how models are read: so a map does not
depend on the code that trained its models. A trainer is the module ``fitting`` in the folder of its family and has

``fit(samples, settings, options) -> StoredModel``
    a classifier that is fitted on all samples (:class:`landloom.models.training_data.FitOptions`);
``predict_labels(samples, settings, features, options) -> ndarray``
    the class codes of other samples by a classifier that is fitted on these: the search for parameters tries each
    combination so, and needs no probabilities;
``united(models) -> StoredModel``
    one model of several of the same features, whose probabilities are the mean of theirs;
``shares_out(settings) -> bool``
    whether the fit of such a classifier uses all threads that it is given;
``problems(settings) -> list[str]``
    what is wrong with the parameters and the grid of a section, a line each that begins with the key: of families
    that have sections with ``CHECKED_BY``;
``write_epochs(model, path)``
    a table of what each epoch has come to: of sections with ``BY_EPOCHS``.

Any of them may raise ValueError, TypeError or ArithmeticError: the user reads why as one line.

Beside it, the folder has ``settings``, with ``SECTIONS``, its sections of the configuration
(:class:`landloom.models.settings.TrainedSettings`), and ``costs``, with ``TRAINING``, the costs of its classifiers by
their names, and ``PREDICTION``, by the suffix of its files (:mod:`landloom.models.costs`). Both are modules of the
standard library and pydantic alone, since Snakemake loads them while it plans. The trainer imports its sections, so
that digests of its code hold them, and nothing imports the costs.
"""

import importlib
from types import ModuleType

from landloom.core.registry import Registry
from landloom.models.settings import TrainedSettings

TRAINERS = Registry(
    {
        "forest": "landloom.models.forest.fitting",
        "estimators": "landloom.models.estimators.fitting",
        "networks": "landloom.models.networks.fitting",
    }
)


REGRESSORS = Registry(
    {
        "forest": "landloom.models.regression.forest_fitting",
        "estimators": "landloom.models.regression.estimator_fitting",
        "networks": "landloom.models.regression.network_fitting",
    }
)
"""Trainers of models of a target, by the family of the section: modules with

``fit(samples, settings, options) -> Regression``
    a regressor that is fitted on all samples, by their values (:mod:`landloom.models.regression.interface`);
``write_epochs(model, path)``
    a table of what each epoch has come to: of sections with ``BY_EPOCHS``.

``problems`` is as that of :data:`TRAINERS`.
"""


OF_TARGETS = {"forest": "regression_forest", "estimators": "regressors", "networks": "regression_networks"}
"""Families of the models that :data:`REGRESSORS` train."""


def family_of(settings: TrainedSettings, of_target: bool) -> str:
    """Return the family of the models of a section, where they are of a target or of classes."""
    return OF_TARGETS[settings.family] if of_target else settings.family


def settings_module(family: str) -> ModuleType:
    """Import the sections of the configuration of a family."""
    return _beside(family, "settings")


def costs_module(family: str) -> ModuleType:
    """Import what the classifiers of a family cost."""
    return _beside(family, "costs")


def _beside(family: str, name: str) -> ModuleType:
    """Import a module that stands beside a trainer."""
    return importlib.import_module(f"{TRAINERS[family].rpartition('.')[0]}.{name}")
