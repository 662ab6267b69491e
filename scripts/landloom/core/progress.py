"""Progress of long jobs, in their log: share done, speed, time left."""

import sys
import time

_SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Counts pixels, or another unit, and says now and then how far it is."""

    def __init__(self, what: str, total: int, unit: str = "pixels") -> None:
        self._what = what
        self._unit = unit
        self._total = max(total, 1)
        self._done = 0
        self._start = self._last = time.monotonic()

    def advance(self, units: int) -> None:
        """Count units as done; write a line if the last one is some seconds old, or all are done."""
        self._done += units
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_LINES or self._done >= self._total:
            self._last = now
            self._write(now - self._start)

    def _write(self, seconds: float) -> None:
        speed = self._done / max(seconds, 1e-9)
        left = (self._total - self._done) / max(speed, 1e-9)
        print(
            f"{self._what}: {100 * self._done / self._total:.0f} % done, "
            f"{speed / 1e6:.3f} million {self._unit}/s, {left:.0f} s left",
            file=sys.stderr,
            flush=True,
        )


class Stopwatch:
    """Adds up the time that named parts of a job take."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, part: str) -> None:
        """Count the time since the last lap as that of ``part``."""
        now = time.monotonic()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - self._last
        self._last = now

    def fractions(self) -> str:
        """Return the parts as text: seconds and share of the whole."""
        total = sum(self.seconds.values()) or 1.0
        return ", ".join(f"{part} {s:.1f} s ({100 * s / total:.0f} %)" for part, s in self.seconds.items())
