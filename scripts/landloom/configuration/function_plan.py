"""Plan of the user's own code: of functions, which make features, and of a class that is a network."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from landloom.configuration.configuration import Configuration, own_class_of
from landloom.configuration.file_patterns import placed
from landloom.features.functions import files as function_files


@dataclass(frozen=True)
class FunctionPlan:
    """Functions of the user's own, which make features, and the class that is a network.

    Attributes
    ----------
    sections : list of dict
        Of the configuration.
    files : list of path
        Python files that hold them, each once.
    labels : list of str
        What the names of their features begin with.
    code : str
        Digest of their code.
    own_class : dict
        Section of the class that is a network; empty where the architecture is one of those here.
    own_code : str
        Digest of its code.
    """

    sections: list[dict[str, Any]]
    files: list[str]
    labels: list[str]
    code: str
    own_class: dict[str, Any]
    own_code: str

    @classmethod
    def of(cls, settings: Configuration) -> "FunctionPlan":
        """Return the functions of a configuration.

        Raises
        ------
        InputError
            Where a file cannot be read, or is no Python.
        """
        functions = settings.features.functions
        files = sorted({function.file for function in functions})
        own = own_class_of(settings)
        return cls(
            sections=[function.model_dump(mode="json") for function in functions],
            files=files,
            labels=settings.features.function_labels,
            code=function_files.code_of(files) if files else "",
            own_class=own.model_dump(mode="json") if own else {},
            own_code=function_files.code_of([own.file]) if own else "",
        )

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self.sections)

    @property
    def margin_px(self) -> int:
        """Return the margin of windows that they need; none without functions."""
        return max((section["padding_px"] for section in self.sections), default=0)

    @property
    def held_series(self) -> int | None:
        """Return how many arrays of all dates they hold at a time; None without functions."""
        return max((section["held_series"] for section in self.sections), default=None)

    @property
    def sources(self) -> list[str]:
        """Return the files that hold all that, and those that these import from their folders."""
        files = [*self.files, *([self.own_class["file"]] if self.own_class else [])]
        return [str(path) for file in files for path in function_files.sources(file)]

    def raster_files(self, year: str, tiles: Iterable[str]) -> list[str]:
        """Return the rasters that they read for some tiles of a year, sorted."""
        patterns = [path for section in self.sections for path in section["rasters"].values()]
        return sorted({placed(pattern, year, tile) for pattern in patterns for tile in tiles})
