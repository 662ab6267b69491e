"""Limits of the system, lowered for a while."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def limited(kind: int, most: int) -> Iterator[None]:
    """Lower a limit of this process while a block runs."""
    before = resource.getrlimit(kind)
    resource.setrlimit(kind, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(kind, before)


@contextmanager
def no_more_files(but: int = 0) -> Iterator[None]:
    """Let no further file be opened while a block runs, or only some."""
    last = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    with limited(resource.RLIMIT_NOFILE, last + 1 + but):
        held = []
        try:
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            for _ in range(but):
                os.close(held.pop())
            yield
        finally:
            for one in held:
                os.close(one)
