"""The section `model` of the configuration: the classifier, trained here or before."""

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError, field_validator, model_validator

from landloom.core.section import FolderPath, Fraction, PositiveInt, Section, only_placeholders
from landloom.training import sklearn_catalogue
from landloom.training.reduction_settings import ReductionSettings

DEFAULT_TYPE = "random_forest"
FOREST_SUFFIX, ESTIMATOR_SUFFIX = ".npz", ".skops"


class SearchSettings(Section):
    """Parameters chosen by cross-validation: all combinations of a grid are tried.

    The results stand in `models/{region}_run{run}_search.csv`. Training takes as many times longer as there are
    combinations times folds.
    """

    grid: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(
        description="values to try of each parameter, by its name in this section (`sklearn`: in `parameters`)",
        min_length=1,
    )
    folds: Annotated[int, Field(ge=2, le=100)] = Field(5, description="parts that the training samples are cut into")
    groups: Literal["polygon", "block"] = Field(
        "polygon", description="what stays whole in a fold: polygons, or all polygons of a square block of ground"
    )
    block_m: Annotated[float, Field(gt=0, le=1e7)] = Field(
        10000.0, description="side of a block in metres, with `groups: block`"
    )
    score: Literal["accuracy", "balanced_accuracy", "f1_macro", "kappa"] = Field(
        "f1_macro", description="what the best combination has most of, on the mean of all folds"
    )

    @field_validator("grid")
    @classmethod
    def _plain(cls, grid: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return check_plain(grid)


class TrainedSettings(Section):
    """What all classifiers have that are trained here."""

    search: SearchSettings | None = Field(None, description="choose parameters by cross-validation")
    largest_training_area_km2: Annotated[float, Field(gt=0, le=1e9)] | None = Field(
        None,
        description="where the training polygons of a region cover more, they are dealt out to several models of at "
        "most about this area each, whose probabilities are averaged: this bounds the memory of training",
    )
    reduction: ReductionSettings | None = Field(
        None, description="without it, the classifier sees the features themselves"
    )


class ForestSettings(TrainedSettings):
    """What random forests and extra trees have."""

    CLASSIFIER: ClassVar[str]
    SKLEARN_NAMES: ClassVar[dict[str, str]] = {
        "trees": "n_estimators",
        "max_depth": "max_depth",
        "min_samples_leaf": "min_samples_leaf",
        "max_features": "max_features",
    }

    trees: PositiveInt = Field(100, description="number of trees")
    max_depth: PositiveInt = Field(25, description="largest depth of a tree")
    min_samples_leaf: PositiveInt = Field(1, description="fewest training samples in a leaf")
    max_features: Literal["sqrt", "log2"] | PositiveInt | Fraction = Field(
        "sqrt", description="features tried at each split"
    )

    @model_validator(mode="after")
    def _grid_fits(self) -> "ForestSettings":
        """Check every value of the grid as if it stood in the section."""
        for name, values in self.search.grid.items() if self.search else ():
            if name not in self.SKLEARN_NAMES:
                raise ValueError(f"search.grid: {name} is not one of {', '.join(self.SKLEARN_NAMES)}")
            for value in values:
                try:
                    type(self)(**{name: value})
                except ValidationError as error:
                    raise ValueError(f"search.grid.{name}: {value!r}: {error.errors()[0]['msg']}") from None
        return self

    @property
    def classifier_name(self) -> str:
        """Return the name of scikit-learn's class."""
        return self.CLASSIFIER

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled: thresholds of trees need it not."""
        return False

    @property
    def suffix(self) -> str:
        """Return how the names of the models' files end."""
        return FOREST_SUFFIX

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


class SklearnSettings(TrainedSettings):
    """Any of these classifiers of scikit-learn, by its name.

    {names}.

    To all of them, features of a sensor that never saw a pixel clear are -10000. Classifiers that give no
    probabilities (as SVC) are calibrated on 5 folds of whole polygons. SVC and NuSVC take time with the square of the
    number of samples and map with all support vectors; KNeighborsClassifier compares every pixel with every sample:
    draw few by `samples.strategy`. With 4000 samples of 442 features, SVC took a core 0.2 ms for a pixel (7 hours for
    a full Sentinel-2 tile), KNeighborsClassifier 0.1 ms, HistGradientBoostingClassifier 0.05 ms, others 2 to 4 us, a
    random forest 1 us.
    """

    type: Literal["sklearn"] = Field(description="kind of classifier; it decides the other keys")
    classifier: str = Field(description="name of the class in scikit-learn, as `SVC`")
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
    def _known(cls, name: str) -> str:
        return sklearn_catalogue.check(name)

    @field_validator("parameters")
    @classmethod
    def _plain(cls, parameters: dict[str, Any]) -> dict[str, Any]:
        return check_plain(parameters)

    @model_validator(mode="after")
    def _forests_are_not_scaled(self) -> "SklearnSettings":
        if self.scale and self.classifier in sklearn_catalogue.FORESTS:
            raise ValueError("scale: thresholds of trees need no scaling; leave it out")
        return self

    @property
    def classifier_name(self) -> str:
        """Return the name of scikit-learn's class."""
        return self.classifier

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled."""
        return sklearn_catalogue.CLASSIFIERS[self.classifier].scaled if self.scale is None else self.scale

    @property
    def suffix(self) -> str:
        """Return how the names of the models' files end."""
        return FOREST_SUFFIX if self.classifier in sklearn_catalogue.FORESTS else ESTIMATOR_SUFFIX

    def sklearn_name(self, name: str) -> str:
        """Return what scikit-learn calls a parameter."""
        return name

    def all_parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        return dict(self.parameters)


SklearnSettings.__doc__ = (SklearnSettings.__doc__ or "").replace(
    "{names}", ", ".join(f"`{name}`" for name in sklearn_catalogue.CLASSIFIERS)
)


class FrozenSettings(Section):
    """Models trained before, to map with as they are: nothing is trained, and the polygons only test."""

    type: Literal["frozen"] = Field(description="kind of classifier; it decides the other keys")
    file: FolderPath = Field(
        description="the models' files, as `results/{year}/models/{region}_run{run}.npz` (`.skops` where they are no "
        "forests); `{year}`, `{region}` and `{run}` are replaced. The output dates are those that the models were "
        "trained with, moved by whole years into the period of the year that is mapped"
    )

    @field_validator("file")
    @classmethod
    def _known_placeholders(cls, pattern: str | None) -> str | None:
        return only_placeholders(pattern, "year", "region", "run")

    def path(self, year: str, region: str, run: str) -> str:
        """Return the file of a model."""
        return self.file.replace("{year}", year).replace("{region}", region).replace("{run}", run)


def check_plain(value: Any) -> Any:
    """Return what YAML gave, if scikit-learn could take it: text, finite numbers, yes, no, null, lists, mappings.

    Raises
    ------
    ValueError
        Where it is anything else, as a date.
    """
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        check_plain(one)
    infinite = isinstance(value, float) and not math.isfinite(value)
    if infinite or not isinstance(value, dict | list | str | int | float | bool | None):
        raise ValueError(f"{value!r} is no number, text, list or mapping")
    return value


def _kind_of_model(content: Any) -> str:
    """Return the type that a section of the configuration names, or the one it has by default."""
    return content.get("type", DEFAULT_TYPE) if isinstance(content, dict) else getattr(content, "type", DEFAULT_TYPE)


AnyTrained = ForestSettings | SklearnSettings
AnyModel = Annotated[
    Annotated[RandomForestSettings, Tag("random_forest")]
    | Annotated[ExtraTreesSettings, Tag("extra_trees")]
    | Annotated[SklearnSettings, Tag("sklearn")]
    | Annotated[FrozenSettings, Tag("frozen")],
    Discriminator(_kind_of_model),
]


def of_content(content: dict[str, Any]) -> AnyTrained:
    """Return the section as the configuration holds it, of a classifier that is trained here."""
    settings = TypeAdapter(AnyModel).validate_python(content)
    assert not isinstance(settings, FrozenSettings)
    return settings
