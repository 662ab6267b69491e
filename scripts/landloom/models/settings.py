"""Sections of the configuration that all classifiers share which are trained here."""

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationError, field_validator

from landloom.core.section import Section
from landloom.models.reduction_settings import ReductionSettings


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
        found: dict[str, list[Any]] = check_plain(grid)
        return found


class TrainedSettings(Section):
    """What all classifiers have that are trained here."""

    CHECKED_BY: ClassVar[str] = ""
    """Package whose code checks the parameters, by ``problems`` of the trainer; empty where the types say it all."""

    BY_EPOCHS: ClassVar[bool] = False
    """Whether samples are gone through again and again, and the trainer tells what each epoch has come to."""

    if TYPE_CHECKING:
        type: str

    search: SearchSettings | None = Field(None, description="choose parameters by cross-validation")
    largest_training_area_km2: Annotated[float, Field(gt=0, le=1e9)] | None = Field(
        None,
        description="where the training polygons of a region cover more, they are assigned to several models of at "
        "most about this area each, whose probabilities are averaged: this bounds the memory of training",
    )
    reduction: ReductionSettings | None = Field(
        None, description="without it, the classifier sees the features themselves"
    )

    MODELS: ClassVar[tuple[str, str]]
    """Family of the models (:data:`landloom.models.registry.FAMILIES`), and how the names of their files end."""

    @property
    def family(self) -> str:
        """Return the family of the models."""
        return self.MODELS[0]

    @property
    def suffix(self) -> str:
        """Return how the names of the models' files end."""
        return self.MODELS[1]

    @property
    def classifier_name(self) -> str:
        """Return the name of the classifier, as a model's metadata have it."""
        raise NotImplementedError

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled before the classifier sees them."""
        raise NotImplementedError

    @property
    def repetitions(self) -> int:
        """Return how many classifiers of the usual size one training fits: its time goes by it."""
        return 1

    def all_parameters(self) -> dict[str, Any]:
        """Return the parameters as a model's metadata have them."""
        raise NotImplementedError

    def with_parameters(self, chosen: Mapping[str, Any]) -> Self:
        """Return the section with some values in place of its own, by the names that ``search.grid`` has."""
        return self.model_copy(update=dict(chosen))


def check_grid(settings: TrainedSettings, names: Collection[str]) -> None:
    """Check every value of the grid of a section as if it stood in the section.

    Parameters
    ----------
    settings : section of the configuration
    names : collection of str
        Keys that the grid may hold.

    Raises
    ------
    ValueError
        That names the first key or value that does not fit.
    """
    for name, values in settings.search.grid.items() if settings.search else ():
        if name not in names:
            raise ValueError(f"search.grid: {name} is not one of {', '.join(names)}")
        for value in values:
            try:
                type(settings).model_validate({"type": settings.type, name: value})
            except ValidationError as error:
                raise ValueError(f"search.grid.{name}: {value!r}: {error.errors()[0]['msg']}") from None


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
