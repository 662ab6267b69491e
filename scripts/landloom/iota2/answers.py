"""What becomes of each key of a configuration of iota2."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

EQUAL, DIFFERENT, UNNEEDED, MISSING, UNKNOWN = "equal", "different", "not needed", "not available", "unknown"
STATUSES = (EQUAL, DIFFERENT, UNNEEDED, MISSING, UNKNOWN)
LOST = (MISSING, UNKNOWN)
"""What is asked for, and not in the new configuration."""


@dataclass(frozen=True)
class Answer:
    """What becomes of a key.

    Attributes
    ----------
    line : int
        Of the file; 0 for a default of iota2 that the file does not say, and for what it lacks.
    key : str
        With its section, as ``chain.listTile``.
    status : str
        One of ``STATUSES``.
    text : str
        Where the value stands now, and in what it differs; or why it is not needed, or not available.
    """

    line: int
    key: str
    status: str
    text: str


def lines(answers: Sequence[Answer]) -> list[str]:
    """Return a line for each key, in the order of the file; what the file does not say comes last."""
    ordered = sorted(answers, key=lambda one: (one.line == 0, one.line))
    widest = max((len(one.key) for one in ordered), default=0)
    return [f"{_place(one):<9} {one.key:<{widest}}  {one.status}: {one.text}" for one in ordered]


def _place(answer: Answer) -> str:
    return f"line {answer.line}" if answer.line else "default" if answer.status not in LOST else "lacking"


def summary(answers: Sequence[Answer]) -> str:
    """Return how many keys have each status, in one line."""
    counts = Counter(one.status for one in answers if one.line)
    found = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    defaults = sum(one.line == 0 and one.status not in LOST for one in answers)
    return f"{counts.total()} keys: {found}; {defaults} defaults of iota2 that differ are written out"
