"""Which files of a folder are given to others: those that really lie below it, and are meant to be seen."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote_to_bytes

from landloom.core.errors import InputError

PAGE = "map.html"
_DEEPEST = 4
"""Folders below the given one in which pages are looked for: runs/one/results/2018/map.html."""


class NotThereError(Exception):
    """An address that names no file of the folder, with one line that says why."""


@dataclass(frozen=True)
class Folder:
    """A folder, links in its own path resolved."""

    root: Path

    @classmethod
    def of(cls, path: Path | str) -> "Folder":
        """Return a folder that is there.

        Raises
        ------
        InputError
            If it is none, or holds no page of a map.
        """
        found = cls(Path(path).resolve())
        if not found.root.is_dir():
            raise InputError(f"{path}: is no folder; give the one that holds results, as `results` or `runs/mine`")
        if not found.pages():
            raise InputError(
                f"{path}: no {PAGE} in it, nor in folders below; give the folder that holds results, or make the "
                "page: snakemake --profile local reports"
            )
        return found

    def pages(self) -> list[str]:
        """Return the addresses of all pages of maps, below this folder."""
        found = []
        for folder, names, files in os.walk(self.root):
            inner = Path(folder).relative_to(self.root)
            deep = len(inner.parts) >= _DEEPEST
            names[:] = [] if deep else sorted(name for name in names if not name.startswith("."))
            if PAGE in files:
                found.append((inner / PAGE).as_posix())
        return sorted(found)

    def file(self, address: str) -> Path:
        """Return the file of an address, links resolved.

        Parameters
        ----------
        address : str
            Path of a request, without query, percent-encoded.

        Raises
        ------
        NotThereError
            If there is none: also where it lies elsewhere, by ``..`` or a link, is hidden, or is no plain file.
        """
        path = (self.root / self._inner(address)).resolve()
        if not path.is_relative_to(self.root):
            raise NotThereError("not below the folder that is served")
        try:
            mode = path.stat().st_mode
        except OSError:
            raise NotThereError("no such file") from None
        if not stat.S_ISREG(mode):
            raise NotThereError("no file, but a folder or a device")
        if any(part.startswith(".") for part in path.relative_to(self.root).parts):
            raise NotThereError("hidden files are not served")
        return path

    def _inner(self, address: str) -> PurePosixPath:
        """Return the path of an address as far as it can be one."""
        text = os.fsdecode(unquote_to_bytes(address))
        parts = [part for part in text.split("/") if part]
        if not parts or any(part.startswith(".") or "\0" in part or "\\" in part for part in parts):
            raise NotThereError("no such file")
        return PurePosixPath(*parts)
