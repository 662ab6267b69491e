"""How long jobs take together: what a scheduler does with them, played through."""

import heapq
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from landloom.forecast.expected import ExpectedJob


@dataclass(frozen=True)
class Limits:
    """What jobs share.

    Attributes
    ----------
    cores, mem_mb : float
        Of the machine; infinite on a cluster, where each job has its own.
    jobs : float
        How many run at a time, at most.
    """

    cores: float = float("inf")
    mem_mb: float = float("inf")
    jobs: float = float("inf")


@dataclass
class _Room:
    """What is free of the limits."""

    cores: float
    mem_mb: float
    jobs: float

    def take(self, job: ExpectedJob, sign: int = -1) -> None:
        self.cores += sign * job.threads
        self.mem_mb += sign * job.mem_mb
        self.jobs += sign

    def fits(self, job: ExpectedJob, limits: Limits) -> bool:
        """Return whether a job may start; one that asks for more than there is at all starts alone."""
        cores, mem_mb = min(job.threads, limits.cores), min(job.mem_mb, limits.mem_mb)
        return self.jobs >= 1 and self.cores >= cores and self.mem_mb >= mem_mb


@dataclass
class _Ready:
    """Jobs that wait for nothing but room, by what they ask for: those that ask for the same start in turn."""

    queues: dict[tuple[int, int], deque[int]] = field(default_factory=dict)

    def add(self, position: int, job: ExpectedJob) -> None:
        self.queues.setdefault((job.threads, job.mem_mb), deque()).append(position)

    def startable(self, jobs: Sequence[ExpectedJob], room: _Room, limits: Limits) -> list[int]:
        """Remove the jobs that start now from the queues, and what they ask for from the room."""
        started = []
        for queue in self.queues.values():
            while queue and room.fits(jobs[queue[0]], limits):
                room.take(jobs[queue[0]])
                started.append(queue.popleft())
        return started


def seconds_left(
    jobs: Sequence[ExpectedJob],
    seconds: Sequence[float],
    limits: Limits,
    finished: Collection[int] = (),
    running: Mapping[int, float] | None = None,
) -> float:
    """Return how long it takes until all jobs have ended that can.

    Parameters
    ----------
    jobs : sequence of ExpectedJob
    seconds : sequence of float
        How long each of them runs.
    limits : Limits
    finished : collection of int
        Positions of the jobs that have ended.
    running : dict of int: float, optional
        Positions of those that run already, and for how many more seconds.
    """
    running = dict(running or {})
    waits, followers = _waiting(jobs, finished)
    ready, room = _Ready(), _Room(limits.cores, limits.mem_mb, limits.jobs)
    ends = [(left, position) for position, left in running.items()]
    for position in running:
        room.take(jobs[position])
    heapq.heapify(ends)
    for position, number in waits.items():
        if not number and position not in running:
            ready.add(position, jobs[position])
    now = 0.0
    while True:
        for position in ready.startable(jobs, room, limits):
            heapq.heappush(ends, (now + seconds[position], position))
        if not ends:
            return now
        now, ended = heapq.heappop(ends)
        room.take(jobs[ended], sign=1)
        for follower in followers.get(ended, ()):
            waits[follower] -= 1
            if not waits[follower]:
                ready.add(follower, jobs[follower])


def _waiting(jobs: Sequence[ExpectedJob], finished: Collection[int]) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Return for how many others each unfinished job waits, and which jobs wait for each."""
    waits: dict[int, int] = {}
    followers: dict[int, list[int]] = {}
    for position, job in enumerate(jobs):
        if position not in finished:
            needed = [one for one in job.needs if one not in finished]
            waits[position] = len(needed)
            for one in needed:
                followers.setdefault(one, []).append(position)
    return waits, followers
