"""Resource usage of a job: time, memory, bytes read, as the last line of its log.

Snakemake's benchmark files are not suitable: they sample the process every 30 s once it is older than 15 s, so that
the CPU time of the last half minute and short peaks of memory are missing; and they count only bytes from the disk,
not those from the system's cache.
"""

import os
import re
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TAIL_BYTES = 400
_LINE = re.compile(
    r"used by (?P<rule>\w+): (?P<seconds>[\d.]+) s, (?P<cpu_seconds>[\d.]+) s of CPU, "
    r"peak memory (?P<peak_mb>\d+) MB of (?P<allowed_mb>\d+) MB, (?P<read_mb>[\d.]+) MB read"
)


@dataclass(frozen=True)
class Usage:
    """Resource usage of one job.

    Attributes
    ----------
    rule : str
    seconds, cpu_seconds : float
        From the start of the process; CPU time of all its threads and of its ended child processes.
    peak_mb, allowed_mb : int
        Largest resident memory of a process of the job, and requested memory; 10^6 bytes.
    read_mb : float
        Bytes that the job's code read, whether from the disk or from the system's cache; 10^6 bytes.
    """

    rule: str
    seconds: float
    cpu_seconds: float
    peak_mb: int
    allowed_mb: int
    read_mb: float

    def __str__(self) -> str:
        return (
            f"used by {self.rule}: {self.seconds:.1f} s, {self.cpu_seconds:.1f} s of CPU, "
            f"peak memory {self.peak_mb} MB of {self.allowed_mb} MB, {self.read_mb:.1f} MB read"
        )


def so_far(rule: str, allowed_mb: int, read_before: int) -> Usage:
    """Return the usage of this process so far.

    Parameters
    ----------
    rule : str
    allowed_mb : int
        Requested memory.
    read_before : int
        Result of :func:`bytes_read` before the job's work, since loading code does not count.
    """
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_seconds = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    # The system's ru_maxrss of a process starts from that of Snakemake, from which it was forked.
    peak_kib = _number_in("status", "VmHWM") or own.ru_maxrss
    peak_mb = max(peak_kib, ended.ru_maxrss) * 1024 / 1e6
    read_mb = (bytes_read() - read_before) / 1e6
    return Usage(rule, _age_seconds(), cpu_seconds, round(peak_mb), allowed_mb, read_mb)


def bytes_read() -> int:
    """Return the bytes read by this process and its ended child processes."""
    return _number_in("io", "rchar")


def _number_in(table: str, key: str) -> int:
    """Return a number from the system's tables of this process; 0 if not available."""
    try:
        text = Path("/proc/self", table).read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(rf"^{key}:\s*(\d+)", text, re.M)
    return int(found[1]) if found else 0


def _age_seconds() -> float:
    """Return the age of this process, including imports."""
    try:
        after_name = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks_after_boot = int(after_name[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks_after_boot / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return time.process_time()


def of_log(log: Path) -> Usage | None:
    """Return the usage of a log's job; None if it has not ended or was killed."""
    return of_lines(last_lines(log, _TAIL_BYTES))


def last_lines(log: Path, tail_bytes: int) -> list[str]:
    """Return the lines in the last bytes of a log; the first may be truncated."""
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - tail_bytes))
        return file.read().decode("utf-8", errors="replace").splitlines()


def of_lines(lines: Sequence[str]) -> Usage | None:
    """Return the usage of a job from the last lines of its log: see :func:`of_log`."""
    found = _LINE.fullmatch(lines[-1]) if lines else None
    if not found:
        return None
    return Usage(
        found["rule"],
        float(found["seconds"]),
        float(found["cpu_seconds"]),
        int(found["peak_mb"]),
        int(found["allowed_mb"]),
        float(found["read_mb"]),
    )
