"""The folder of compiled kernels: always one of ours, named by the digest of all code that kernels are made of.

numba itself knows of a kernel's own file alone. In its own folders, which it takes where the given one cannot be
written, a kernel would stay as it was when a function that it calls has changed: in a file of its own, unseen.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LOCATOR = "UserProvidedCacheLocator"
"""What numba may ask for its folder: ``NUMBA_CACHE_DIR`` alone."""


def environment(repository: Path, digest: str) -> dict[str, str]:
    """Return the environment variables by which numba keeps kernels in a folder of ours.

    Parameters
    ----------
    repository : Path
        Where the program lies; it may belong to an administrator.
    digest : str
        Of all code that kernels are made of.
    """
    return {"NUMBA_CACHE_DIR": str(folder(repository, digest)), "NUMBA_CACHE_LOCATOR_CLASSES": LOCATOR}


def folder(repository: Path, digest: str) -> Path:
    """Return the first folder that can be written: of the repository, of the user, or of this process.

    That of this process is removed when it ends: kernels are then compiled anew by every run.
    """
    for known in (repository / ".cache", *_of_user()):
        place = known / "numba" / digest
        if _can_be_written(place):
            return place
    passing = tempfile.mkdtemp(prefix="landloom_kernels_")
    atexit.register(_remove, passing, os.getpid())
    return Path(passing)


def _of_user() -> Iterator[Path]:
    """Yield the user's folder for what programs may keep, by the XDG Base Directory Specification."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    with suppress(RuntimeError):  # a user without a home
        yield (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "landloom"


def _can_be_written(place: Path) -> bool:
    """Return whether a file can be made in a folder; the folder is made, too. Permissions alone do not tell."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _remove(passing: str, owner: int) -> None:
    """Remove the folder of a process; not when one that it has forked ends."""
    if os.getpid() == owner:
        shutil.rmtree(passing, ignore_errors=True)
