"""A graphics card: its name, and the lanes in which slices of arrays come to it and results come back.

A lane is a stream with buffers of its own. While the kernels of one lane run, the next slice is copied by another, in
both directions: memory that the system may not move (pinned) is read by the card itself.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numba import cuda
from numba.cuda.cudadrv.driver import CudaAPIError

from landloom.core.errors import InputError

LANES = 3
"""Slices under way at a time: one up, one in the kernels, one down."""

THREADS, PLAIN_THREADS = 512, 256
"""Threads of a block: of kernels that share its memory, and of those that do not."""

WARP = 32
"""Threads that go together."""

Task = TypeVar("Task")


class Lane:
    """A stream, and its buffers by their use: they grow with the largest slice, and stay."""

    def __init__(self) -> None:
        self.stream = cuda.stream()
        self._pinned: dict[str, np.ndarray] = {}
        self._there: dict[str, Any] = {}
        self._last: list[Callable[[], None]] = []

    def pinned(self, use: str, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        """Return memory of the host that the card can read, not initialised."""
        size = int(np.prod(shape))
        if use not in self._pinned or self._pinned[use].size < size:
            self._pinned[use] = cuda.pinned_array(size, dtype)
        return self._pinned[use][:size].reshape(shape)

    def there(self, use: str, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return memory of the card, not initialised."""
        size = int(np.prod(shape))
        if use not in self._there or self._there[use].size < size:
            self._there[use] = cuda.device_array(size, dtype)
        return self._there[use][:size].reshape(shape)

    def sent(self, use: str, pinned: np.ndarray) -> Any:
        """Send a pinned array to the card: return it there, complete before kernels of this stream begin."""
        there = self.there(use, pinned.shape, pinned.dtype)
        there.copy_to_device(pinned, stream=self.stream)
        return there

    def fetch(self, use: str, there: Any, target: np.ndarray) -> None:
        """Bring an array back into an array of the host, which has it once the lane has been waited for."""
        pinned = self.pinned(use, target.shape, target.dtype)
        there.copy_to_host(pinned, stream=self.stream)
        self._last.append(lambda: np.copyto(target, pinned))

    def wait(self) -> None:
        """Wait until everything that this lane has begun is done."""
        self.stream.synchronize()
        for last in self._last:
            last()
        self._last.clear()


@dataclass(frozen=True, eq=False)
class Card:
    """A graphics card.

    Attributes
    ----------
    name : str
        As its driver calls it.
    threads : int
        Threads of a block, a power of two.
    """

    name: str
    threads: int

    @cached_property
    def _lanes(self) -> list[Lane]:
        return [Lane() for _ in range(LANES)]

    def in_turns(self, tasks: Iterable[Task], begin: Callable[[Lane, Task], None]) -> None:
        """Begin tasks in one lane after another, and wait for all of them.

        Parameters
        ----------
        tasks : iterable
        begin : function of (lane, task)
            Sends what the task needs, launches kernels and fetches what they make, all in the lane's stream.

        Raises
        ------
        InputError
            If the card fails, or has too little memory.
        """
        with _answering(self.name):
            for number, task in enumerate(tasks):
                lane = self._lanes[number % LANES]
                lane.wait()
                begin(lane, task)
            for lane in self._lanes:
                lane.wait()

    def keep(self, array: np.ndarray) -> Any:
        """Return an array on the card that stays there; raises as :meth:`in_turns` does."""
        with _answering(self.name):
            return cuda.to_device(np.ascontiguousarray(array))

    def room(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return an array on the card, not initialised, for as long as somebody holds it; raises as the others do."""
        with _answering(self.name):
            return cuda.device_array(shape, dtype)

    def launch(self, lane: Lane, across: int, down: int) -> tuple[Any, ...]:
        """Return how a kernel is launched in a lane with a thread for each of so many columns and rows."""
        width = min(self.threads, WARP)
        height = max(min(self.threads, PLAIN_THREADS) // width, 1)
        return (-(-across // width), -(-down // height)), (width, height), lane.stream


@contextmanager
def _answering(name: str) -> Iterator[None]:
    """Turn an error of the card into one message."""
    try:
        yield
    except CudaAPIError as error:
        raise InputError(f"{name}: {error}; `device: cpu` goes on without the card (docs/gpu.md)") from None


def first() -> Card:
    """Return the first card that the job may use.

    Raises
    ------
    RuntimeError
        If there is none, or no driver.
    """
    if not cuda.is_available():
        raise RuntimeError(str(cuda.cuda_error() or "the driver shows no card"))
    name = getattr(cuda.current_context().device, "name", "simulator of numba")
    return Card(name.decode() if isinstance(name, bytes) else str(name), THREADS)
