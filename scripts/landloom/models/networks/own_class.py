"""Networks that are a class of a user's own.

A model's file tells the name of the class, its arguments and a digest of its code, and holds no code. What is
executed is the file that the configuration names and allows to be executed, and only where it holds that code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from landloom.core.errors import InputError
from landloom.features.functions import files as python_files
from landloom.models.own_class_settings import OwnClassSettings

GIVEN = ("shapes", "others", "classes")
"""What the constructor gets by place, before the arguments of the configuration."""


@dataclass(frozen=True)
class OwnClass:
    """A class of a user's own.

    Attributes
    ----------
    name : str
    arguments : dict of str to plain values
        Of its constructor.
    code : str
        Digest of its file, and of the modules that this imports from its folder.
    file : str
        That may be executed; empty where none may be.
    """

    name: str
    arguments: Mapping[str, Any]
    code: str
    file: str = ""

    @classmethod
    def of_section(cls, section: OwnClassSettings) -> Self:
        """Return the class that the configuration names and allows.

        Raises
        ------
        InputError
            If the file cannot be read, or is not Python.
        """
        return cls(section.name, section.arguments, python_files.code_of([section.file]), section.file)

    @classmethod
    def of_content(cls, content: Any) -> Self:
        """Return the class that a model's file tells of.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it tells of none.
        """
        name, arguments, code = content["class"], content["arguments"], content["code"]
        if not isinstance(name, str) or not isinstance(code, str) or not isinstance(arguments, dict):
            raise ValueError("its class is broken")
        return cls(name, arguments, code)

    def content(self) -> dict[str, Any]:
        """Return the plain values of which :meth:`of_content` makes the same, without its file."""
        return {"class": self.name, "arguments": dict(self.arguments), "code": self.code}

    def allowed_by(self, section: OwnClassSettings | None) -> Self:
        """Return the class of a model's file with the Python file that the configuration names for it.

        Raises
        ------
        InputError
            If the configuration names no class, or another one, or its code is not that of the training.
        """
        if section is None:
            raise InputError(
                f"the network is a class of a user's own, `{self.name}`, whose code is not in the model's file; name "
                "its Python file: `architecture: {file: ..., class: ...}` and `allow_code: true` in `model`"
            )
        found = type(self).of_section(section)
        if (found.name, found.arguments) != (self.name, self.arguments):
            raise InputError(
                f"model.architecture: the model was trained with the class `{self.name}` and the arguments "
                f"{dict(self.arguments)}, not with `{found.name}` and {dict(found.arguments)}"
            )
        if found.code != self.code:
            raise InputError(
                f"model.architecture: {section.file}, or what it imports from its folder, has changed since the "
                "model was trained; train it again, or name the file as it was"
            )
        return found

    def constructor(self) -> Callable[..., Any]:
        """Execute the file, and return the class.

        Raises
        ------
        InputError
            If no file may be executed; if it raises an error, or has no such class.
        """
        if not self.file:
            self.allowed_by(None)
        return python_files.load(self.file, self.name)

    def told(self, error: Exception) -> InputError:
        """Return an error of the class in the user's words: with file and line."""
        path = Path(self.file)
        return InputError(f"{python_files.place_of(error, path)}: {python_files.formatted(error)}")


def of_settings(architecture: str | OwnClassSettings) -> str | OwnClass:
    """Return the architecture that a section of the configuration names; raises as :meth:`OwnClass.of_section`."""
    return OwnClass.of_section(architecture) if isinstance(architecture, OwnClassSettings) else architecture


def problem(section: OwnClassSettings) -> str | None:
    """Return why a class cannot be used, from static inspection of its file; empty if it can."""
    return python_files.class_problem(section.file, section.name, GIVEN, section.arguments)
