"""Text of unknown origin: what may stand in tables, XML and file names, and how messages show it."""

import re
from collections.abc import Collection
from itertools import islice

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Control characters, line breaks, halves of characters: XML forbids most, tables and messages fall apart."""

_LONGEST, _MOST = 200, 20


def unfit(text: str) -> str | None:
    """Return the first character that may not stand in a name, label or path, escaped; None where all may."""
    found = _UNFIT.search(text)
    return ascii(found[0]) if found else None


def printable(text: str) -> str:
    """Return a message, lines and all, without what would steer a terminal or could not be written."""
    return _UNFIT.sub(lambda found: found[0] if found[0] in "\n\t" else ascii(found[0])[1:-1], text)


def shortened(values: str | Collection[object]) -> str:
    """Return text or a list as a message can show it: a file may hold millions of values, or one of megabytes."""
    if isinstance(values, str):
        return values if len(values) <= _LONGEST else f"{values[:_LONGEST]}..."
    shown = [shortened(value) if isinstance(value, str) else value for value in islice(values, _MOST)]
    return f"{shown}{f' and {len(values) - _MOST} more' if len(values) > _MOST else ''}"
