"""Archives of arrays: zip files whose bytes go by their content alone, and that promise no more than they hold."""

import io
import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import BinaryIO

import numpy as np

from landloom.core.files import whole

BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, ImportError, LookupError, MemoryError),
    *(RuntimeError, SyntaxError, TokenError, TypeError, ValueError),
)
"""What reading damaged files may raise."""


def array_bytes(array: np.ndarray) -> bytes:
    """Return an array in numpy's format."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def write_archive(path: str | os.PathLike[str], entries: Mapping[str, bytes]) -> None:
    """Write a zip file: the same entries give the same bytes.

    They are dated 1980 and not compressed: compression would halve the file, but its bytes would depend on the zlib
    at hand. The file gets its name when it is whole.
    """
    with whole(os.fspath(path)) as temporary:
        _write(temporary, entries)


def archive_bytes(entries: Mapping[str, bytes]) -> bytes:
    """Return the bytes of such a file."""
    buffer = io.BytesIO()
    _write(buffer, entries)
    return buffer.getvalue()


def _write(target: Path | io.BytesIO, entries: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)


def check_entry(file: BinaryIO, name: str) -> None:
    """Raise ValueError for an array that claims more than the file holds: memory is asked for before it is read."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        check_array(archive, name)


def check_array(archive: zipfile.ZipFile, name: str) -> None:
    """Do so of an archive that is open: to open it takes the longer the more entries it has."""
    with archive.open(name) as member:
        entry = archive.getinfo(name)
        what = name.removesuffix(".npy")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{what} is compressed")
        version = np.lib.format.read_magic(member)
        if version != (1, 0):
            raise ValueError(f"{what} is in version {version} of the format")
        shape, _, dtype = np.lib.format.read_array_header_1_0(member)
    if min(shape, default=1) < 0 or math.prod(shape) * dtype.itemsize > entry.file_size:
        raise ValueError(f"{what} is said to be of shape {shape}, which {entry.file_size} bytes cannot hold")
