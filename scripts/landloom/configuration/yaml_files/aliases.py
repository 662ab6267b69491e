"""Values that YAML repeats by aliases (`&name`, `*name`): few lines can stand for more than any memory holds."""

from collections.abc import Mapping
from typing import Any

MOST_VALUES = 1_000_000
"""Values of a section, each counted as often as it stands for: far more than any configuration has."""


def problems(content: Mapping[str, Any]) -> dict[str, str]:
    """Return a message for each section that is endless, or far too large, once its aliases are followed.

    Parameters
    ----------
    content : dict
        Of a configuration, as read from YAML; parts that an alias repeats are one object.
    """
    known: dict[int, int] = {}
    return {
        str(
            key
        ): f"repeats values by aliases (`*name`) without end, or more than {MOST_VALUES} of them; write them out"
        for key, part in content.items()
        if _number(part, known) > MOST_VALUES
    }


def _number(part: Any, known: dict[int, int]) -> int:
    """Return the number of values in a part, cut off above the limit; one that holds itself has too many."""
    if not isinstance(part, dict | list):
        return 1
    if id(part) not in known:
        known[id(part)] = MOST_VALUES + 1  # if it holds itself
        inner = part.values() if isinstance(part, dict) else part
        known[id(part)] = 1 + min(sum(_number(one, known) for one in inner), MOST_VALUES)
    return known[id(part)]
