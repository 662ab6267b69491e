"""The section `model` of the configuration: the classifier, trained here or before."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args

from pydantic import Discriminator, Field, Tag, TypeAdapter, field_validator, model_validator

from landloom.core.section import FolderPath, Section, only_placeholders
from landloom.models.own_class_settings import OwnClassSettings, check_allowed
from landloom.models.settings import TrainedSettings
from landloom.training.registry import TRAINERS, settings_module

DEFAULT_TYPE = "random_forest"


class FrozenSettings(Section):
    """Models trained before, to map with as they are: nothing is trained, and the polygons only test."""

    type: Literal["frozen"] = Field(description="kind of classifier; it decides the other keys")
    file: FolderPath = Field(
        description="the models' files, as `results/{year}/models/{region}_run{run}.npz` (`.skops` or `.network` "
        "where they are no forests); `{year}`, `{region}` and `{run}` are replaced. The output dates are those that "
        "the models were trained with, moved by whole years into the period of the year that is mapped"
    )

    architecture: OwnClassSettings | None = Field(
        None, description="of networks that are a class of your own: where that class is"
    )
    allow_code: bool = Field(
        False, description="whether a file that `architecture` names may be executed, with your permissions"
    )

    @model_validator(mode="after")
    def _allowed(self) -> "FrozenSettings":
        check_allowed(self.architecture, self.allow_code)
        return self

    @field_validator("file")
    @classmethod
    def _known_placeholders(cls, pattern: str | None) -> str | None:
        return only_placeholders(pattern, "year", "region", "run")

    def path(self, year: str, region: str, run: str) -> str:
        """Return the file of a model."""
        return self.file.replace("{year}", year).replace("{region}", region).replace("{run}", run)


def _kind_of_model(content: Any) -> str:
    """Return the type that a section of the configuration names, or the one it has by default."""
    return content.get("type", DEFAULT_TYPE) if isinstance(content, dict) else getattr(content, "type", DEFAULT_TYPE)


def _type_of(section: type[Section]) -> str:
    """Return the value of the key ``type`` that a section stands for."""
    return str(get_args(section.model_fields["type"].annotation)[0])


if TYPE_CHECKING:
    AnyModel = TrainedSettings | FrozenSettings
else:
    _SECTIONS = (*(section for family in TRAINERS for section in settings_module(family).SECTIONS), FrozenSettings)
    _TAGGED = tuple(Annotated[section, Tag(_type_of(section))] for section in _SECTIONS)
    AnyModel = Annotated[Union[_TAGGED], Discriminator(_kind_of_model)]  # noqa: UP007


def of_content(content: dict[str, Any]) -> TrainedSettings:
    """Return the section as the configuration holds it, of a classifier that is trained here."""
    settings = TypeAdapter(AnyModel).validate_python(content)
    assert not isinstance(settings, FrozenSettings)
    return settings
