"""The folder of compiled kernels: always one of ours, named by the digest of all code that kernels are made of.

numba itself knows of a kernel's own file alone. In its own folders, which it takes where the given one cannot be
written, a kernel would stay as it was when a function that it calls has changed: in a file of its own, unseen.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from landloom.provenance import caches

LOCATOR = "UserProvidedCacheLocator"
"""What numba may ask for its folder: ``NUMBA_CACHE_DIR`` alone."""


def environment(digest: str) -> dict[str, str]:
    """Return the environment variables by which numba keeps kernels in a folder of ours.

    Parameters
    ----------
    digest : str
        Of all code that kernels are made of.
    """
    return {"NUMBA_CACHE_DIR": str(folder(digest)), "NUMBA_CACHE_LOCATOR_CLASSES": LOCATOR}


def folder(digest: str) -> Path:
    """Return a folder that can be written: of the program, of the user, or of this process.

    That of this process is removed when it ends: kernels are then compiled anew by every run.
    """
    known = caches.folder("numba", digest)
    if known:
        return known
    passing = tempfile.mkdtemp(prefix="landloom_kernels_")
    atexit.register(_remove, passing, os.getpid())
    return Path(passing)


def _remove(passing: str, owner: int) -> None:
    """Remove the folder of a process; not when one that it has forked ends."""
    if os.getpid() == owner:
        shutil.rmtree(passing, ignore_errors=True)
