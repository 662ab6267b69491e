"""What a run will cost, as a table by rule, before any of its jobs has started."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from landloom.forecast import schedule
from landloom.forecast.expected import ExpectedJob
from landloom.forecast.schedule import Limits
from landloom.jobs import costs

_HEADS = ("rule", "jobs", "core-hours", "longest job", "MB each", "MB of disk")


def text(jobs: Sequence[ExpectedJob], limits: Limits, up_to_date: int, notes: Sequence[str] = ()) -> str:
    """Return the table, how long all jobs take together, and what the numbers rest on.

    Parameters
    ----------
    jobs : sequence of ExpectedJob
        Those that are to run.
    limits : Limits
    up_to_date : int
        Jobs of the request whose products are as they should be.
    notes : sequence of str
        Sentences that end it.
    """
    there = f" {up_to_date:,} jobs that are done already stay as they are." if up_to_date else ""
    if not jobs:
        return f"Nothing is left to be done.{there}\n"
    rule = attrgetter("rule")
    by_rule = [(name, list(own)) for name, own in groupby(sorted(jobs, key=rule), rule)]
    by_rule.sort(key=lambda one: (-sum(job.core_seconds for job in one[1]), one[0]))
    rows = [_HEADS, *(_cells(name, own) for name, own in by_rule), _cells("all", jobs)]
    seconds = schedule.seconds_left(jobs, [job.seconds for job in jobs], limits)
    return "\n".join(
        [
            f"What this run will cost, as estimated; nothing has been started.{there}",
            *costs.aligned(rows),
            f"In all about {in_words(seconds)} {_of(limits)}.",
            *notes,
            "",
        ]
    )


def _cells(name: str, jobs: Sequence[ExpectedJob]) -> tuple[str, ...]:
    hours, longest = sum(job.core_seconds for job in jobs), max(job.seconds for job in jobs)
    megabytes, disk = max(job.mem_mb for job in jobs), sum(job.disk_mb for job in jobs)
    shown = f"{disk:,.{0 if disk >= 10 else 1}f}" if disk else ""
    return name, f"{len(jobs):,}", costs.duration(hours), costs.duration(longest), f"{megabytes:,}", shown


def _of(limits: Limits) -> str:
    """Return what the jobs share, in words."""
    if limits.cores == float("inf"):
        return f"where {limits.jobs:.0f} jobs run at a time, none of which has to wait for its turn"
    cores = f"on {limits.cores:.0f} core{'s' if limits.cores > 1 else ''}"
    return cores if limits.mem_mb == float("inf") else f"{cores} with {limits.mem_mb:,.0f} MB of memory"


def in_words(seconds: float) -> str:
    """Write a time as a person would say it: no more precisely than it is known."""
    if seconds < 90:
        return f"{max(round(seconds, -1), 10):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 10:
        return f"{hours} h {minutes:02d} min"
    return f"{hours + minutes / 60:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
