"""How far a run is, and how long it will still take, told by the jobs that have ended.

Before the first job ends, what is expected of the jobs tells the time. Then each rule's jobs are expected to take as
many times longer as those did that have ended; a rule of which none has ended goes by the median of the others.
"""

import statistics
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from landloom.forecast import schedule
from landloom.forecast.expected import ExpectedJob
from landloom.forecast.plan_table import in_words
from landloom.forecast.schedule import Limits

FIRST_AFTER_SECONDS, SELDOM_SECONDS = 30.0, 600.0
"""Until the first line, and between lines at most."""

BAR = 20
"""Signs of the bar."""

MOST_TIMES = 5.0
"""Rules of which no job has ended are not expected to take more times longer, or shorter, than this."""


OVERDUE = 0.25
"""Of the time that a job has run, it is taken to run as much longer, at least: nobody knows why it is late."""


@dataclass
class _Seen:
    """Seconds of the jobs of a rule that have ended: as they took, and as was expected."""

    took: float = 0.0
    expected: float = 0.0

    def times(self) -> float:
        """Return how many times longer they took."""
        return self.took / self.expected if self.expected else 1.0


@dataclass
class TimeLeft:
    """A run so far.

    Attributes
    ----------
    jobs : sequence of ExpectedJob
    limits : Limits
    """

    jobs: Sequence[ExpectedJob]
    limits: Limits
    _running: dict[int, float] = field(default_factory=dict)
    _finished: set[int] = field(default_factory=set)
    _by_rule: dict[str, _Seen] = field(default_factory=dict)

    def see(self, running: Collection[int], finished: Collection[int], now: float) -> None:
        """Take in which jobs run and which have ended, by their positions.

        Parameters
        ----------
        running, finished : collection of int
        now : float
            Seconds, of any clock that goes on.
        """
        for position in finished:
            if position not in self._finished:
                self._end(position, now)
        self._running = {position: self._running.get(position, now) for position in running}

    def _end(self, position: int, now: float) -> None:
        """Take in that a job has ended; one that nobody saw running took no time that matters."""
        self._finished.add(position)
        if position in self._running:
            job = self.jobs[position]
            seen = self._by_rule.setdefault(job.rule, _Seen())
            seen.took += now - self._running[position]
            seen.expected += job.seconds

    def _seconds(self) -> list[float]:
        """Return how long each job is expected to run after what was seen."""
        times = {rule: seen.times() for rule, seen in self._by_rule.items()}
        others = min(max(statistics.median(times.values() or [1.0]), 1 / MOST_TIMES), MOST_TIMES)
        return [job.seconds * times.get(job.rule, others) for job in self.jobs]

    def line(self, now: float) -> str:
        """Return the line that tells of the run."""
        seconds = self._seconds()
        work = [length * job.threads for length, job in zip(seconds, self.jobs, strict=True)]
        ages = {position: now - since for position, since in self._running.items()}
        left = {one: max(seconds[one] - age, age * OVERDUE) for one, age in ages.items()}
        done = sum(work[position] for position in self._finished)
        done += sum(work[one] * age / (age + left[one]) for one, age in ages.items() if age)
        share = done / sum(work) if sum(work) else 1.0
        time_left = schedule.seconds_left(self.jobs, seconds, self.limits, self._finished, left)
        bar = "#" * int(BAR * share)
        return (
            f"[{bar:-<{BAR}}] {len(self._finished):,} of {len(self.jobs):,} jobs, "
            f"{int(100 * share)} % of the work, about {in_words(time_left)} left"
        )


def pause(elapsed: float) -> float:
    """Return how many seconds after the last line the next one comes: the longer a run lasts, the less often."""
    return min(max(FIRST_AFTER_SECONDS, elapsed / 20), SELDOM_SECONDS)


def watch(
    run: TimeLeft,
    look: Callable[[], tuple[Collection[int], Collection[int]]],
    say: Callable[[str], None],
    clock: Callable[[], float],
    ended: threading.Event,
    look_every_seconds: float = 0.5,
) -> None:
    """Say now and then how far a run is, until it has ended.

    Parameters
    ----------
    run : TimeLeft
    look : callable
        Returns the positions of the jobs that run, and of those that have ended.
    say : callable
        Takes a line.
    clock : callable
        Returns seconds.
    ended : Event
        Set when the run ends.
    look_every_seconds : float
    """
    started = last = clock()
    while not ended.wait(look_every_seconds):
        now = clock()
        run.see(*look(), now)
        if now - last >= pause(now - started):
            last = now
            say(run.line(now))
