"""Section of the configuration that names a class of a user's own, which is a network."""

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from landloom.core.section import InputPath, PythonName, Section
from landloom.models.settings import check_plain


class OwnClassSettings(Section):
    """A network of your own: a class in a Python file (docs/networks.md has its constructor and its results)."""

    # `class` is a word of Python, so that the attribute has another name; what is dumped can be read again.
    model_config = ConfigDict(serialize_by_alias=True)

    file: InputPath = Field(description="Python file; it is executed, so name only files that you trust")
    name: PythonName = Field(alias="class", description="the class in it, a `torch.nn.Module`")
    arguments: Annotated[dict[str, Any], AfterValidator(check_plain)] = Field(
        {}, description="keyword arguments of its constructor"
    )


def check_allowed(architecture: object, allow_code: bool) -> None:
    """Raise ValueError where a file of a user's own would be executed without being allowed to."""
    if isinstance(architecture, OwnClassSettings) and not allow_code:
        raise ValueError(
            f"architecture: {architecture.file} would be executed with your permissions; write `allow_code: true` "
            "if you trust it"
        )


def of_content(content: dict[str, Any] | None) -> OwnClassSettings | None:
    """Return the section as the configuration holds it; None without one."""
    return OwnClassSettings(**content) if content else None
