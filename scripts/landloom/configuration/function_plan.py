"""Plan of the functions of the user's own, which make features."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from landloom.configuration.configuration import Configuration
from landloom.configuration.file_patterns import placed
from landloom.features.functions import files as function_files


@dataclass(frozen=True)
class FunctionPlan:
    """Functions of the user's own, which make features.

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
    """

    sections: list[dict[str, Any]]
    files: list[str]
    labels: list[str]
    code: str

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
        return cls(
            sections=[function.model_dump(mode="json") for function in functions],
            files=files,
            labels=settings.features.function_labels,
            code=function_files.code_of(files) if files else "",
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
        """Return the files that hold them, and those that these import from their folders."""
        return [str(path) for file in self.files for path in function_files.sources(file)]

    def raster_files(self, year: str, tiles: Iterable[str]) -> list[str]:
        """Return the rasters that they read for some tiles of a year, sorted."""
        patterns = [path for section in self.sections for path in section["rasters"].values()]
        return sorted({placed(pattern, year, tile) for pattern in patterns for tile in tiles})
