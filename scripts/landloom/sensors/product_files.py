"""Files of a product: a folder, a packed file that is read in place, or single files."""

import lzma
import os
import re
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.files import is_file_or_folder, read_limited
from landloom.core.text import unfit
from landloom.sensors.acquisition import Product

MOST_TEXT = 2**24
"""Largest text file of a product in bytes: metadata have a few MB, but a .zip of 1 MB may hold 1 GB of zeros."""

_ARCHIVE_ERRORS = (
    OSError,
    KeyError,
    ValueError,
    EOFError,
    RuntimeError,  # encrypted, or an unknown compression
    OverflowError,
    struct.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
)


class Members:
    """Files of a product: in a folder, in a .zip or .tar file that is read in place, or single files.

    Attributes
    ----------
    product : Product
    position : str
        The product's path; for single files, their folder and the product's name.
    names : list of str
        Names of the files, sorted.
    """

    def __init__(self, product: Product) -> None:
        self.product = product
        path = Path(product.path)
        suffix = path.suffix.lower()
        self._packed = suffix.removeprefix(".") if suffix in (".zip", ".tar") else ""
        self._root = path.parent if product.files else path
        self.position = str(path.parent / product.name) if product.files else product.path
        try:
            self.names = sorted(self._list(path))
        except _ARCHIVE_ERRORS as error:
            raise InputError(f"product {path}: cannot be opened ({error})") from None

    def _list(self, path: Path) -> list[str]:
        if self.product.files:
            return [Path(file).name for file in self.product.files]
        if not is_file_or_folder(path):
            raise OSError("no such file, or a pipe or device")
        if self._packed == "zip":
            with zipfile.ZipFile(path) as archive:
                return [name for name in archive.namelist() if not name.endswith("/") and _stays_inside(name)]
        if self._packed == "tar":
            with tarfile.open(path, "r:") as packed:
                names = [member.name for member in packed if member.isreg()]
                return [name for name in names if _stays_inside(name)]
        return [str((Path(folder) / name).relative_to(path)) for folder, _, names in os.walk(path) for name in names]

    def one(self, pattern: str, what: str) -> str:
        """Return the GDAL path of the single file that matches a regular expression.

        Raises
        ------
        InputError
            If none or several match.
        """
        return self.gdal_path(self.only(self.matching(pattern), what))

    def matching(self, pattern: str) -> list[str]:
        """Return the names in which a regular expression is found."""
        return [name for name in self.names if re.search(pattern, name)]

    def only(self, found: list[str], what: str) -> str:
        """Return the single name in a list; raise if it is missing or ambiguous."""
        if len(found) == 1:
            return found[0]
        problem = "is missing" if not found else f"is present {len(found)} times ({', '.join(found[:3])})"
        raise InputError(f"product {self.position}: {what} {problem}")

    def gdal_path(self, name: str) -> str:
        """Return the GDAL path of a file."""
        return f"/vsi{self._packed}/{{{self._root}}}/{name}" if self._packed else str(self._root / name)

    def size(self, name: str) -> int:
        """Return the size of a file in bytes, once unpacked."""
        try:
            if self._packed == "zip":
                with zipfile.ZipFile(self.product.path) as archive:
                    return archive.getinfo(name).file_size
            if self._packed == "tar":
                with tarfile.open(self.product.path, "r:") as packed:
                    return packed.getmember(name).size
            return (self._root / name).stat().st_size
        except _ARCHIVE_ERRORS as error:
            raise InputError(f"product {self.position}: {name} cannot be read ({error})") from None

    def text(self, name: str) -> str:
        """Return the content of a text file."""
        try:
            content = self._content(name)
        except _ARCHIVE_ERRORS as error:
            raise InputError(f"product {self.position}: {name} cannot be read ({error})") from None
        return content.decode("utf-8", errors="replace")

    def _content(self, name: str) -> bytes:
        if not self._packed:
            return read_limited(self._root / name, MOST_TEXT)
        if self._packed == "zip":
            with zipfile.ZipFile(self.product.path) as archive, archive.open(name) as member:
                content = member.read(MOST_TEXT + 1)
        else:
            with tarfile.open(self.product.path, "r:") as packed:
                found = packed.extractfile(name)
                content = found.read(MOST_TEXT + 1) if found else b""
        if len(content) > MOST_TEXT:
            raise OSError(f"larger than {MOST_TEXT // 2**20} MB")
        return content


def _stays_inside(name: str) -> bool:
    """Return whether the name of a packed file cannot point outside of its archive."""
    return not name.startswith("/") and ".." not in name.split("/") and unfit(name) is None
