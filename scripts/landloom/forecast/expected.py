"""Jobs of a run as they are expected to be: time of a core, threads, memory, and what they wait for.

The time follows from that which a job asks for: it grows with the job's work, and so it tells the work. What is asked
for is generous, though: a start on a slow disk and a factor of safety, which are taken off here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from landloom.jobs import resources

JOB_SECONDS = 1.0
"""Core seconds of a job that asks for the same time whatever its work: interpreter, imports, small tables."""

KERNEL_SECONDS = 2.5
"""Core seconds before the work of a job that asks for time by its work: it loads compiled kernels, too."""

SECONDS_OF_RULES = {"demo": 15.0, "report": 4.0, "dates": 0.2, "gate": 0.2, "style": 0.2}
"""Others in place of :data:`JOB_SECONDS`, as measured on the demo."""

USUAL_PART = {"cross_validate": 0.15, "cross_validate_values": 0.15}
"""Of the work that rules ask time for: where polygons are few, there may be many more folds than usual."""

_THOUSANDTH = 0.001
"""Threads to ask the time for: a core is busy so much longer then that whole minutes tell its seconds."""


@dataclass(frozen=True)
class ExpectedJob:
    """A job before it starts.

    Attributes
    ----------
    rule : str
    threads, mem_mb : int
        What it asks for.
    core_seconds : float
        Expected time of a core.
    needs : tuple of int
        Positions of the jobs that it waits for, in the list that it stands in.
    disk_mb : float
        That its rasters take.
    """

    rule: str
    threads: int
    mem_mb: int
    core_seconds: float
    needs: tuple[int, ...] = ()
    disk_mb: float = 0.0

    @property
    def seconds(self) -> float:
        """Return how long it will run."""
        start = min(self.core_seconds, JOB_SECONDS)
        return start + (self.core_seconds - start) / max(self.threads, 1)


def core_seconds(rule: str, minutes_asked: Callable[[float], int], part: float = 1.0) -> float:
    """Return the time of a core that a job is expected to take.

    Parameters
    ----------
    rule : str
        Name of its rule.
    minutes_asked : callable
        Returns the minutes that the job asks for on its first attempt, by the number of its threads.
    part : float
        Of the work that it asks time for, where less is expected.
    """
    finely = minutes_asked(_THOUSANDTH)
    if finely == minutes_asked(1):
        return SECONDS_OF_RULES.get(rule, JOB_SECONDS)
    asked = (finely - resources.START_MINUTES) * 60 * _THOUSANDTH
    return KERNEL_SECONDS + asked / resources.SAFETY * USUAL_PART.get(rule, 1.0) * part
