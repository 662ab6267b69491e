"""Cost of a run by rule: a table from the last lines of the jobs' logs.

This module is imported whenever the Snakefile is parsed, and needs only the standard library.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from landloom.jobs import usage
from landloom.jobs.usage import Usage

_HEADS = ("rule", "jobs", "wall time", "core-hours", "peak MB", "of MB", "MB read")


@dataclass(frozen=True)
class Cost:
    """Total cost of the jobs of a rule.

    Attributes
    ----------
    rule : str
    jobs : int
    seconds, cpu_seconds : float
        Sums over all jobs, including concurrent ones.
    peak_mb : int
        Largest peak of a job.
    allowed_mb : int
        Largest request of a job.
    read_mb : float
        Sum.
    """

    rule: str
    jobs: int
    seconds: float
    cpu_seconds: float
    peak_mb: int
    allowed_mb: int
    read_mb: float


def collect(folder: Path | str, since: float = 0.0) -> list[Usage]:
    """Return the usage of the jobs whose logs are below a folder.

    Parameters
    ----------
    since : float
        Seconds since 1970: logs that were not written to since then are left out.
    """
    found = []
    for log in sorted(Path(folder).rglob("*.log")):
        # Snakemake removes the log of a job that begins.
        with contextlib.suppress(FileNotFoundError):
            found.append(usage.of_log(log) if log.stat().st_mtime >= since else None)
    return [one for one in found if one]


def by_rule(usages: Iterable[Usage]) -> list[Cost]:
    """Sum by rules, largest CPU time first."""
    rule = attrgetter("rule")
    costs = [_sum(name, list(jobs)) for name, jobs in groupby(sorted(usages, key=rule), rule)]
    return sorted(costs, key=lambda cost: (-cost.cpu_seconds, cost.rule))


def total(usages: Iterable[Usage]) -> Cost:
    """Sum over all rules."""
    return _sum("all", list(usages))


def _sum(name: str, jobs: list[Usage]) -> Cost:
    return Cost(
        name,
        len(jobs),
        sum(job.seconds for job in jobs),
        sum(job.cpu_seconds for job in jobs),
        max((job.peak_mb for job in jobs), default=0),
        max((job.allowed_mb for job in jobs), default=0),
        sum(job.read_mb for job in jobs),
    )


def duration(seconds: float) -> str:
    """Write a time as hours, minutes, seconds."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def table(usages: Iterable[Usage]) -> str:
    """Return the costs as lines of text; empty if no job ran."""
    jobs = list(usages)
    if not jobs:
        return ""
    return "\n".join(
        ["Cost of the jobs of this run:", *aligned([_HEADS, *map(_cells, [*by_rule(jobs), total(jobs)])]), ""]
    )


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows of a table as lines: the first column flush left, numbers flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        row[0].ljust(widths[0])
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]


def _cells(cost: Cost) -> tuple[str, ...]:
    times = duration(cost.seconds), duration(cost.cpu_seconds)
    return cost.rule, f"{cost.jobs}", *times, f"{cost.peak_mb}", f"{cost.allowed_mb}", f"{cost.read_mb:.0f}"
