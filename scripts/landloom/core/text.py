"""Text of unknown origin: validation for tables, XML and file names, and display in messages."""

import re
from collections.abc import Collection, Sequence
from itertools import islice

from landloom.core.addresses import without_secrets

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Control characters, line breaks and lone surrogates: XML forbids most; they break tables and messages."""

_LONGEST, _MOST, _MOST_NAMES = 200, 20, 10


def unfit(text: str) -> str | None:
    """Return the first character, escaped, that is not allowed in a name, label or path; None if all are allowed."""
    found = _UNFIT.search(text)
    return ascii(found[0]) if found else None


def printable(text: str) -> str:
    """Return a message without terminal control sequences, characters that cannot be encoded, and passwords.

    Line breaks stay; what a password is, :mod:`landloom.core.addresses` says.
    """
    text = without_secrets(text)
    return _UNFIT.sub(lambda found: found[0] if found[0] in "\n\t" else ascii(found[0])[1:-1], text)


def shortened(values: str | Collection[object]) -> str:
    """Return text or a list shortened for a message: a file may hold millions of values, or one of megabytes."""
    if isinstance(values, str):
        return values if len(values) <= _LONGEST else f"{values[:_LONGEST]}..."
    shown = [shortened(value) if isinstance(value, str) else value for value in islice(values, _MOST)]
    return f"{shown}{f' and {len(values) - _MOST} more' if len(values) > _MOST else ''}"


def alike(lines: Sequence[tuple[str, str]], few: int) -> list[str]:
    """Return names and what is wrong with them as lines; of many that differ in numbers alone, the first and a count.

    Parameters
    ----------
    lines : sequence of (str, str)
    few : int
        Largest number of like ones that have a line each.
    """
    kinds: dict[str, list[tuple[str, str]]] = {}
    for name, text in lines:
        kinds.setdefault(re.sub(r"[\d.]+", "0", text) if text else name, []).append((name, text))
    told = []
    for several in kinds.values():
        shown = several if len(several) <= few else several[:1]
        told += [f"{name}: {text}" if text else name for name, text in shown]
        others = [re.split(r"[/ ]", name)[-1] for name, _ in several[len(shown) :]]
        if others:
            more = ", ..." if len(others) > _MOST_NAMES else ""
            told[-1] += f" (likewise {len(others)} more: {', '.join(others[:_MOST_NAMES])}{more})"
    return told
