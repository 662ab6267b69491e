"""Paths that GDAL would not take for a file on disk: addresses, and names of its virtual file systems."""

import os
import re

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_VIRTUAL = re.compile(r"/*vsi[a-z0-9_]*([/?].*)?", re.I | re.S)


def is_address(path: str) -> bool:
    """Return whether a path begins as addresses and the options of drivers do: with letters and a colon."""
    return _ADDRESS.match(path) is not None


def is_virtual(path: str) -> bool:
    """Return whether a path leads to a virtual file system of GDAL, such as ``/vsicurl/``, once it is normalised.

    Judged as whoever joins or shortens paths leaves them: ``/./vsicurl/``, ``//vsicurl/`` and ``/data/../vsicurl/``
    are ``/vsicurl/``, in small letters or capitals.
    """
    return path.startswith("/") and _VIRTUAL.fullmatch(os.path.normpath(path)) is not None


def on_disk(path: str) -> bool:
    """Return whether GDAL takes a path for that of a file or folder on disk; not for a description of one, as XML."""
    return not (is_address(path) or is_virtual(path) or "\0" in path or path.lstrip().startswith("<"))
