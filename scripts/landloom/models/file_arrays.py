"""Arrays in a file instead of memory, where they are large: what is read of one can be let go of again."""

import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Store:
    """Where a large array lies: its numbers are the same, wherever they are.

    Attributes
    ----------
    path : path
        Of the file, which is written only if it is needed; whoever has the folder removes it.
    most_bytes : int
        Of an array in memory.
    """

    path: Path
    most_bytes: int

    def empty(self, shape: tuple[int, int], dtype: type[np.generic]) -> np.ndarray:
        """Return an array whose numbers are not set: in the file, if it would take too much memory."""
        if np.dtype(dtype).itemsize * shape[0] * shape[1] <= self.most_bytes:
            return np.empty(shape, dtype)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return np.memmap(self.path, dtype, "w+", shape=shape)


def let_go(array: np.ndarray) -> None:
    """Let go of what was read or written of an array in a file: it is there as before. Others stay as they are."""
    mapped = getattr(array, "_mmap", None)
    if isinstance(mapped, mmap.mmap):
        mapped.madvise(mmap.MADV_DONTNEED)
