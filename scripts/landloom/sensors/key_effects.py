"""Effects of a sensor's keys: which of its products are made again where a key changes.

A key says so beside its field, as ``orbits: Annotated[list[int], KeyEffect.CHOICE]``. A key that says nothing counts
everywhere: a new one makes too much again rather than too little.
"""

from enum import Enum


class KeyEffect(Enum):
    """What a key alone has an effect on; a file of the workflow records that."""

    CHOICE = "which products are used: acquisitions.csv records them"
    OUTPUT_DATES = "output dates of the gap filling: dates.json records them"
    SHIFTS = "where images lie: shifts.csv records it"
    COPIES = "where pixels are read from, which changes none: prepared.csv records it"
    READING = "how pixels are read from products, which no survey depends on"
    FILTERING = "how prepared images are read, on which no image depends, nor a survey"
    WORDS = "what is said of the products beside a map"


NOT_READ = frozenset({KeyEffect.CHOICE, KeyEffect.OUTPUT_DATES, KeyEffect.SHIFTS, KeyEffect.COPIES, KeyEffect.WORDS})
"""Effects on what is read alone: the pixels of given products do not depend on such keys."""

NOT_SURVEYED = frozenset(
    {
        KeyEffect.OUTPUT_DATES,
        KeyEffect.SHIFTS,
        KeyEffect.COPIES,
        KeyEffect.READING,
        KeyEffect.FILTERING,
        KeyEffect.WORDS,
    }
)
"""Effects behind the survey: which products there are, and where they are valid, do not depend on such keys."""
