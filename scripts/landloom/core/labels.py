"""What a label is: the name of a class or a region, as reference, nomenclature, tables and configuration write it.

Two labels are one where they are equal after these steps, and in no other case:

1. Unicode's composed form (NFC): macOS writes an accent as a character of its own, other systems do not.
2. No space, and no invisible character, before and after it.
3. A whole number is that number, however it is written: ``1``, ``1.0``, ``01`` and ``+1`` are ``1``, since files of
   tables store codes as integers, as floating point numbers where one is missing, or as text.

Upper and lower case, accents and inner spaces distinguish labels.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable

from landloom.core.text import shortened

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Spaces without width, marks of the direction of writing, byte order marks: text copied from web pages has them."""

_OUTER = re.compile(f"^[\\s{_INVISIBLE}]+|[\\s{_INVISIBLE}]+$")
_WHOLE = re.compile(r"([+-]?)0*(\d+)(?:\.0*)?", re.ASCII)
_MOST_COMPARED = 2000
"""Labels that a misspelt one is compared with; a thousand take some 10 ms."""

_LONGEST_COMPARED = 60
_SIMILAR = 0.75


def text(value: object) -> str:
    """Return a label in the form in which labels are compared.

    Parameters
    ----------
    value : str, int, float, bool or date
        Not missing.
    """
    label = plain(str(value))
    number = _WHOLE.fullmatch(label)
    if not number:
        return label
    sign = "-" if number[1] == "-" and number[2] != "0" else ""
    return sign + number[2]


def plain(name: str) -> str:
    """Return a name composed (NFC) and without outer spaces; numbers in it stay as they are written."""
    return _OUTER.sub("", unicodedata.normalize("NFC", name))


def whole_number(label: str) -> int | None:
    """Return the number that a label of :func:`text` is; None for other text.

    Of numbers of more than 100 digits, which are no codes, the first 100 count: Python refuses to read thousands.
    """
    return int(label[:100]) if re.fullmatch(r"-?\d+", label, re.ASCII) else None


def near(label: str, known: Collection[str]) -> str | None:
    """Return the known label that an unknown one most likely stands for; None if none is near.

    Nearest are those that differ by case, accents and punctuation alone, then those of similar spelling. Numbers are
    near no other number.
    """
    folded = {_folded(one): one for one in known}
    if found := folded.get(_folded(label)):
        return found
    if re.fullmatch(r"-?\d+", label) or len(folded) > _MOST_COMPARED:
        return None
    close = difflib.get_close_matches(_folded(label)[:_LONGEST_COMPARED], folded, 1, _SIMILAR)
    return folded[close[0]] if close else None


def named(label: str, known: Collection[str]) -> str:
    """Return an unknown label for a message, with the known one that is near, if there is one."""
    found = near(label, known)
    if found is None:
        return f"`{shortened(label)}`"
    if _looks(found) == _looks(label):
        return f"`{shortened(label)}` (written {shortened(label)!a}; did you mean {shortened(found)!a}?)"
    return f"`{shortened(label)}` (did you mean `{shortened(found)}`?)"


def named_together(unknown: Iterable[str], known: Collection[str]) -> str:
    """Return unknown labels for a message, each as :func:`named`, the first 20 of many."""
    several = list(unknown)
    more = f" and {len(several) - 20} more" if len(several) > 20 else ""
    return ", ".join(named(label, known) for label in several[:20]) + more


def _looks(label: str) -> str:
    """Return what a reader sees: without invisible characters, and with every kind of space alike."""
    seen = "".join(one for one in unicodedata.normalize("NFKC", label) if one not in _INVISIBLE)
    return " ".join(seen.split())


def _folded(label: str) -> str:
    """Return a label without case, accents, spaces and punctuation; those of punctuation alone keep it."""
    letters = unicodedata.normalize("NFKD", label).casefold()
    return "".join(one for one in letters if one.isalnum()) or letters
