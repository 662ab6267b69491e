"""What the description of a band in its file says: its name, and its day."""

import datetime
import re
from collections.abc import Collection

PLAIN = ("blue", "green", "red", "nir")
"""Names that mean the same band to everybody: a file that describes `blue` as `nir` is read wrongly, though the
section has no band `nir`."""

_DATE = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


def other_name(description: str, own: str, names: Collection[str]) -> str:
    """Return the name of another band that a description holds instead of a band's own; empty if it holds none.

    Names are words of the description, in upper or lower case; of several, the longest counts (`nir_narrow`, not
    `nir`).

    Parameters
    ----------
    names : collection of str
        Of the section's bands; names in :data:`PLAIN` are added for a band that has such a name.
    """
    plain = PLAIN if own.lower() in PLAIN and not _is_word_of(own, description) else ()
    known = [name for name in names if not name.isdecimal()] + [name for name in plain if name not in names]
    held = [name for name in known if _is_word_of(name, description)]
    longest = max(map(len, held), default=0)
    others = [name for name in held if len(name) == longest]
    return "" if not others or own in others else others[0]


def _is_word_of(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text, re.I))


def day_in(description: str) -> datetime.date | None:
    """Return the day that a description holds; None if it holds none, or several."""
    found = set()
    for year, _, month, day in _DATE.findall(description):
        try:
            found.add(datetime.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None
