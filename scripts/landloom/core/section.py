"""Base types of all sections of the configuration: names, numbers, paths."""

import datetime
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    field_validator,
)
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from landloom.core import labels, paths
from landloom.core.text import unfit


@dataclass(frozen=True)
class TextLike:
    """Annotation of a text type (``Annotated[str, TextLike(...)]``): its pattern and its description in messages.

    Attributes
    ----------
    pattern : str
        Regular expression that the whole text must match.
    words : str
        Description of such a text, in the message ``must be {words}``.
    """

    pattern: str
    words: str

    def check(self, text: str) -> str:
        """Raise ValueError if a text does not match."""
        if not re.fullmatch(self.pattern, text, re.ASCII):
            raise ValueError(f"must be {self.words}")
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return pydantic's validation of the type."""
        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON schema of the type, by which editors validate it."""
        return handler(schema) | {"pattern": f"^{self.pattern}$"}


PositiveInt = Annotated[int, Field(gt=0, lt=2**31)]
Name = Annotated[
    str,
    Field(max_length=60),
    TextLike("[A-Za-z0-9][A-Za-z0-9_-]*", "of letters (without accents), digits, - and _, a letter or digit first"),
]
PythonName = Annotated[
    str,
    Field(max_length=60),
    TextLike("[A-Za-z_][A-Za-z0-9_]*", "a name of Python (letters, digits, _)"),
]
Fraction = Annotated[float, Field(gt=0, lt=1)]


def no_braces(path: str) -> str:
    """Reject a path with braces: Snakemake takes them for wildcards and has no way to escape them."""
    if "{" in path or "}" in path:
        raise ValueError("must not hold braces, which are placeholders to Snakemake")
    return path


def _no_address(path: str) -> str:
    """Reject a path that GDAL or Snakemake would take for a URL, such as ``s3:``, or for driver options."""
    if paths.is_address(path):
        raise ValueError("must not begin with letters and a colon, as addresses do")
    if paths.is_virtual(path):
        raise ValueError("must be a file or folder on disk: GDAL's virtual file systems (/vsi...) are not read")
    return path


def _whole_for_pyogrio(path: str) -> str:
    """Reject a path with `!`, or with `;` in the file name: pyogrio would open only a part of it."""
    if ";" in path.rpartition("/")[2] or "!" in path:
        raise ValueError("must not hold `!`, nor `;` in the file's name, which have a meaning to its reader")
    return path


def only_placeholders(pattern: str | None, *names: str) -> str | None:
    """Reject a file pattern with unknown placeholders."""
    odd = sorted(set(re.findall(r"\{(.*?)\}", pattern or "")) - set(names))
    if odd:
        known = " and ".join(f"{{{name}}}" for name in names)
        raise ValueError(f"holds {odd}; only {known} {'is' if len(names) == 1 else 'are'} known")
    return pattern


_Written = str | bool | int | float | datetime.date


def _label(value: object) -> object:
    """Return a label in the form in which labels are compared (:mod:`landloom.core.labels`)."""
    if isinstance(value, float) and not value.is_integer():
        raise ValueError("must be in quotes: without them, YAML reads 2.10 as 2.1")
    return labels.text(value) if isinstance(value, _Written) else value


Label = Annotated[str, BeforeValidator(_label, json_schema_input_type=_Written)]
"""Label of a class or name of a region, as YAML reads it; text after validation."""

FolderPath = Annotated[str, AfterValidator(_no_address)]
InputPath = Annotated[FolderPath, AfterValidator(no_braces)]
VectorPath = Annotated[FolderPath, AfterValidator(_whole_for_pyogrio)]


class Section(BaseModel):
    """Section of the configuration: unknown keys are errors, values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)

    def says(self, key: str) -> bool:
        """Return whether a key differs from its default; dumped configurations contain all keys."""
        return bool(getattr(self, key) != type(self).model_fields[key].default)

    @field_validator("*")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        """Reject text that would break lines of tables and messages, or that cannot be encoded."""
        several = [*value, *value.values()] if isinstance(value, dict) else value
        for text in several if isinstance(several, list) else [several]:
            if isinstance(text, str) and (found := unfit(text)):
                raise ValueError(f"must not hold line breaks or control characters ({found})")
        return value
