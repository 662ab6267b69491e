"""Progress of long jobs in their log: fraction done, speed, remaining time."""

import sys
import time

_SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Counts pixels, or another unit, and logs the progress at intervals."""

    def __init__(self, what: str, total: int, unit: str = "pixels") -> None:
        self._what = what
        self._unit = unit
        self._total = max(total, 1)
        self._done = 0
        self._start = self._last = time.monotonic()

    def advance(self, units: int) -> None:
        """Count units as done; log a line if the last one is some seconds old or all units are done."""
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
    """Sums the time of named parts of a job."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, part: str) -> None:
        """Add the time since the last lap to ``part``."""
        now = time.monotonic()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - self._last
        self._last = now

    def fractions(self) -> str:
        """Return the parts as text: seconds and fraction of the total."""
        total = sum(self.seconds.values()) or 1.0
        return ", ".join(f"{part} {s:.1f} s ({100 * s / total:.0f} %)" for part, s in self.seconds.items())
