"""What becomes of each key of a configuration of iota2."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

EQUAL, DIFFERENT, UNNEEDED, MISSING, UNKNOWN = "equal", "different", "not needed", "not available", "unknown"
ADDED = "added"
"""Of a default of iota2 that landloom does not share, and that is written out."""

STATUSES = (EQUAL, DIFFERENT, UNNEEDED, ADDED, MISSING, UNKNOWN)
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
    """Return how many keys have each status, and how many lines are of what the file does not say, in one line."""
    given, others = (
        Counter(one.status for one in answers if (one.line == 0) is is_other) for is_other in (False, True)
    )
    parts = [f"{given.total()} keys: {_counted(given)}"]
    if others:
        parts.append(f"not in the file: {_counted(others)}".replace(MISSING, "lacking"))
    return "; ".join(parts)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])


def reasons(answers: Sequence[Answer]) -> list[str]:
    """Return the words before what is asked for and lost, or lacks."""
    found = {one.status if one.line else "lacking" for one in answers if one.status in LOST}
    return [f"`{word}`" for word in (MISSING, UNKNOWN, "lacking") if word in found]
