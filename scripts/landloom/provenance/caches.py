"""Folders for what the program keeps from one run to the next, which saves time and changes nothing."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[3]
"""The folder of the repository, where the library lies in one."""


def folder(*parts: str) -> Path | None:
    """Return a folder that can be written, which is made: of the repository, else of the user; None without any.

    Parameters
    ----------
    *parts : str
        What is kept, and the digest of all that it depends on.
    """
    return next((place for known in _known() if _can_be_written(place := known.joinpath(*parts))), None)


def in_repository() -> bool:
    """Return whether the library lies in its repository, beside rules and scripts, not among Python's packages."""
    return (PROGRAM / "workflow").is_dir()


def _known() -> Iterator[Path]:
    """Yield the folder of the repository, and the user's by the XDG Base Directory Specification."""
    if in_repository():
        yield PROGRAM / ".cache"
    given = os.environ.get("XDG_CACHE_HOME", "")
    with suppress(RuntimeError):  # a user without a home
        yield (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "landloom"


def _can_be_written(place: Path) -> bool:
    """Return whether a file can be made in a folder, made if it is not there: permissions do not tell all."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False
