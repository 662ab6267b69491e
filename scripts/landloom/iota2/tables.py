"""Tables of iota2 as landloom has them: classes with colours, numbers of samples, copies between regions."""

import csv
import re
from pathlib import Path

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.tables import csv_text
from landloom.core.text import shortened

MOST_BYTES = 2**24
GREY = "#808080"
"""Colour of a class that the file of colours lacks."""


def classes(names: Path, colors: Path | None) -> tuple[str, list[str]]:
    """Return the table of classes, and what is to be said of it.

    Parameters
    ----------
    names : path
        Lines of ``name:label``.
    colors : path or None
        Lines of ``label red green blue``; label 0, pixels without class, is left out.

    Raises
    ------
    InputError
        If a line is of another form.
    """
    name_of = _names(names)
    color_of = _colors(colors) if colors else {}
    remarks = []
    grey = [label for label in name_of if label not in color_of]
    if grey:
        remarks.append(f"grey, without a colour: {', '.join(grey)}")
    nameless = [label for label in color_of if label not in name_of and label != "0"]
    if nameless:
        remarks.append(f"left out, without a name: {', '.join(nameless)}")
    rows = [(label, name, color_of.get(label, GREY)) for label, name in name_of.items()]
    return csv_text(("label", "name", "color"), rows), remarks


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines of a text file that are not empty, with their numbers."""
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    numbered = enumerate(text.splitlines(), start=1)
    return [(number, line.strip()) for number, line in numbered if line.strip()]


def _names(path: Path) -> dict[str, str]:
    """Return the name of each label; a name may hold colons itself."""
    found: dict[str, str] = {}
    for number, line in _lines(path):
        name, colon, label = line.rpartition(":")
        label, name = labels.text(label), labels.plain(name)
        if not (colon and name and label):
            raise InputError(f"{path}, line {number}: {shortened(line)!r} is not of the form `name:label`")
        if label in found:
            raise InputError(f"{path}, line {number}: label {shortened(label)} is given twice")
        found[label] = name
    if not found:
        raise InputError(f"{path}: has no class")
    return found


def _colors(path: Path) -> dict[str, str]:
    """Return the colour of each label, as #rrggbb."""
    found = {}
    for number, line in _lines(path):
        matched = re.fullmatch(r"(.+?)\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})", line)
        parts = [int(part) for part in matched.groups()[1:]] if matched else []
        if matched is None or max(parts) > 255:
            raise InputError(f"{path}, line {number}: {shortened(line)!r} is not of the form `label red green blue`")
        found[labels.text(matched[1])] = "#" + "".join(f"{part:02x}" for part in parts)
    return found


def with_header(path: Path, columns: tuple[str, ...]) -> str:
    """Return a table of iota2, which has no header, with one.

    Raises
    ------
    InputError
        If a line has another number of fields.
    """
    rows = []
    for number, line in _lines(path):
        row = [field.strip() for field in next(csv.reader([line]))]
        if len(row) != len(columns):
            raise InputError(
                f"{path}, line {number}: has {len(row)} fields, not {len(columns)} ({', '.join(columns)})"
            )
        rows.append(row)
    return csv_text(columns, rows)
