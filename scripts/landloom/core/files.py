"""Atomic outputs: files are written under a temporary name, then renamed."""

import contextlib
import errno
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from landloom.core.errors import InputError

WRITE_ADVICE = (
    "is the disk full, the file larger than allowed (`ulimit -f`), or the folder read-only or not a folder?"
)

WHOLE_ADVICE = "is the file whole?"

REMAKE = "delete it, and it will be made again"
"""Advice about a product of the workflow that has changed since it was written."""

MISSING = "is missing; ask Snakemake for it by this name, and it will be made again"
"""Advice about a product of the workflow that came with another, and has been removed since."""

_DISK_ERRORS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST}
)

FAULTS = {
    errno.EMFILE: "raise the limit of open files (`ulimit -n`), then start again",
    errno.ENFILE: "this machine has too many open files; end other programs, then start again",
    errno.EACCES: "mend the permissions of the file and of the folders around it, then start again",
    errno.EFBIG: "raise the limit of the size of a file (`ulimit -f`), then start again",
    errno.EIO: "the disk, or the network between, does not answer; look into the system's log, then start again",
    errno.ESTALE: "the shared disk lost the file while it was open; start again",
    errno.ENOTCONN: "the shared disk is not mounted any more; mount it, then start again",
    errno.ENOMEM: "there is not enough memory; give the job more (`--set-resources`, `ulimit -v`), then start again",
    errno.ETIMEDOUT: "the shared disk, or the server, does not answer; start again when it does",
}
"""What to do about faults of the system, by their numbers: the file may be as it should be."""


@contextlib.contextmanager
def whole(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it when the block ends, remove it if the block fails.

    The suffix is kept, since GDAL and pandas choose the format by it.

    Raises
    ------
    InputError
        If the disk is full or the folder is not writable.
    """
    path = Path(path)
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        yield temporary
        _bring_to_disk(temporary)
        temporary.replace(path)
    except OSError as error:
        raise _of_output(path, error) from None
    finally:
        # By its name first: where no further file can be opened, a folder cannot be listed.
        with contextlib.suppress(OSError):
            temporary.unlink()
        with contextlib.suppress(OSError):
            for leftover in path.parent.glob(f"{temporary.name}*"):
                leftover.unlink()


def _of_output(path: Path, error: OSError) -> Exception:
    """Return the error of an output for that of the system, which may be of a file that was read meanwhile."""
    found = "" if error.errno in _DISK_ERRORS else advice(error)
    if found and error.filename and path.name not in str(error.filename):
        return InputError(f"{error.filename}: cannot be read ({error.strerror}); {found}")
    if found or error.errno in _DISK_ERRORS:
        return InputError(f"{path}: cannot be written ({error.strerror or error}); {found or WRITE_ADVICE}")
    return error


def advice(fault: Exception | str) -> str:
    """Return what to do about a fault of the system; empty if it is none.

    Libraries tell the system's words for it in their own errors, without its number.
    """
    number, text = getattr(fault, "errno", None), str(getattr(fault, "__cause__", None) or fault)
    return next((words for code, words in FAULTS.items() if code == number or os.strerror(code) in text), "")


def _remove_leftovers(path: Path) -> None:
    """Remove partial files of the same output that a killed job left; only one job at a time makes an output.

    Files ending in ``.aux.xml`` stay: they may be separate outputs that another job is writing.
    """
    leftover = re.compile(rf"\.\d+\.{re.escape(path.name)}([.-](?!aux\.xml).*)?")
    for neighbour in path.parent.iterdir():
        if leftover.fullmatch(neighbour.name):
            neighbour.unlink(missing_ok=True)


@contextlib.contextmanager
def scratch(output: Path | str, size: int) -> Iterator[Path]:
    """Yield a folder for intermediate files of an output; remove it when the block ends.

    The folder is on the local disk (``TMPDIR``), which is faster than the shared disk of a cluster. It is beside the
    output if the local disk has too little room or is held in memory.

    Parameters
    ----------
    output : path
    size : int
        Required space in bytes.
    """
    near, output = Path(tempfile.gettempdir()), Path(output)
    if shutil.disk_usage(near).free > size and not _lies_in_memory(near):
        with tempfile.TemporaryDirectory(prefix="landloom_") as name:
            yield Path(name)
        return
    # The name is fixed so that the next attempt finds the leftovers of a killed one.
    folder = output.with_name(f".{output.name}.scratch")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lies_in_memory(folder: Path) -> bool:
    """Return whether files in a folder count as memory of the job."""
    types = {}
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
            _, mounted_at, kind, *_ = line.split(" ")
            types[mounted_at] = kind
    holders = [str(one) for one in (folder.resolve(), *folder.resolve().parents)]
    return next((types[one] for one in holders if one in types), "") in ("tmpfs", "ramfs")


def _bring_to_disk(path: Path) -> None:
    """Flush a file's content to the disk; otherwise a power loss could leave its name without its content."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def broken(path: Path | str, error: Exception) -> InputError:
    """Return the error for a product of the workflow that cannot be read."""
    reason = str(error).strip().splitlines() or [type(error).__name__]
    if found := advice(error):
        return InputError(f"{path}: cannot be read ({reason[0]}); {found}")
    return InputError(f"{path}: is broken ({reason[0]}); remove it and start again, and it is made anew")


def remember(path: Path, text: str) -> None:
    """Write a cache file atomically, since other jobs may read or write it now; ignore failures."""
    temporary = path.with_name(f".{socket.gethostname()}.{os.getpid()}.{path.name}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_text(path: Path | str, text: str) -> None:
    """Write a text file atomically; characters that UTF-8 cannot hold (in some file names) are escaped."""
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")


def is_file_or_folder(path: Path | str) -> bool:
    """Return whether a path can be read without waiting for another process, such as the writer of a pipe."""
    return os.path.isfile(path) or os.path.isdir(path)  # noqa: PTH112, PTH113 - Path's raise for names too long


def read_limited(path: Path | str, most: int) -> bytes:
    """Return the content of a file that is expected to be small.

    Raises
    ------
    OSError
        If it cannot be read, is not a file, or is larger.
    """
    if not is_file_or_folder(path):
        raise OSError("no such file, or a pipe or device")
    with Path(path).open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(f"larger than {most // 2**20} MB")
    return content


def of_tiles(pattern: str, tiles: Iterable[str]) -> list[str]:
    """Return the file of each tile, of a pattern with ``{tile}``."""
    return [pattern.replace("{tile}", tile) for tile in tiles]
