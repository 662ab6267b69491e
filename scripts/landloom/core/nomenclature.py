"""Nomenclature: codes, reference labels, names, colours and groups of the classes."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core import labels, tables
from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.text import shortened, unfit

UNCLASSIFIED = 0
LARGEST_CODE = 65535
MOST_BYTES = 2**24
"""65535 classes of 250 bytes each; a larger file was given by mistake."""

MODEL_TAG = "LANDLOOM_CLASSES"
"""Metadata key of a model for the labels of the codes that it was trained with."""

MOST_PROBLEMS = 100
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class LandClass:
    """One class: its code in the maps, its label in the reference, its name, colour (#rrggbb) and group, if any."""

    code: int
    label: str
    name: str
    color: str
    group: str = ""

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Return red, green and blue, 0 to 255."""
        return int(self.color[1:3], 16), int(self.color[3:5], 16), int(self.color[5:7], 16)


@dataclass(frozen=True)
class Nomenclature:
    """All classes in ascending order of their codes; 0 is unclassified."""

    classes: tuple[LandClass, ...]
    nothing: str = "unclassified"

    @property
    def codes(self) -> list[int]:
        """Return the codes, ascending."""
        return [entry.code for entry in self.classes]

    def code_by_label(self) -> dict[str, int]:
        """Return the code of each label."""
        return {entry.label: entry.code for entry in self.classes}

    def label_by_code(self) -> dict[int, str]:
        """Return the label of each code."""
        return {entry.code: entry.label for entry in self.classes}

    def renamed(self, trained: str, codes: Sequence[int]) -> list[str]:
        """Return which codes of a model had another label in its training, as text for a message.

        Parameters
        ----------
        trained : str
            JSON of label by code, as models keep it under ``MODEL_TAG``.
        codes : sequence of int
            Those that the model knows.

        Raises
        ------
        InputError
            If it is not such JSON.
        """
        try:
            before, now = dict(json.loads(trained)), self.label_by_code()
        except (ValueError, TypeError, RecursionError) as error:
            raise InputError(f"the labels that a model keeps cannot be read ({error}); train it again") from None
        differ = [code for code in codes if now.get(code) != before.get(str(code))]
        return [f"{code} was `{before.get(str(code))}`, is `{now.get(code)}`" for code in differ]

    def names_by_code(self) -> dict[int, str]:
        """Return the name of each code, including unclassified pixels."""
        return {UNCLASSIFIED: self.nothing} | {entry.code: entry.name for entry in self.classes}

    def group_by_code(self) -> dict[int, str]:
        """Return the group of each class that belongs to one."""
        return {entry.code: entry.group for entry in self.classes if entry.group}

    def code_of_group(self) -> dict[int, int]:
        """Return the group code of each code: the lowest code of the group, or its own without a group."""
        lowest: dict[str, int] = {}
        for entry in self.classes:
            lowest.setdefault(entry.group, entry.code)
        return {entry.code: lowest[entry.group] if entry.group else entry.code for entry in self.classes}

    def groups(self) -> "Nomenclature":
        """Return the groups as classes, each with the code and colour of its first class; ungrouped classes stay."""
        codes = self.code_of_group()
        firsts = (entry for entry in self.classes if codes[entry.code] == entry.code)
        return Nomenclature(
            tuple(LandClass(one.code, one.group or one.label, one.group or one.name, one.color) for one in firsts)
        )

    def group_table(self) -> str:
        """Return a CSV table with the code and name of each group and the codes of its classes."""
        members: dict[int, list[str]] = {}
        for code, group in self.code_of_group().items():
            members.setdefault(group, []).append(str(code))
        rows = ((group.code, group.name, " ".join(members[group.code])) for group in self.groups().classes)
        return tables.csv_text(("code", "name", "classes"), rows)

    def colormap(self) -> dict[int, tuple[int, int, int, int]]:
        """Return red, green, blue, alpha of each code; unclassified pixels are transparent."""
        return {UNCLASSIFIED: (0, 0, 0, 0)} | {entry.code: (*entry.rgb, 255) for entry in self.classes}


def read(path: Path | str) -> Nomenclature:
    """Read a nomenclature: CSV with the columns ``label``, ``name``, ``color`` and, if wanted, ``group``.

    Labels that are whole numbers, between 1 and 65535, are the codes; other labels take the lowest codes that are
    free, in the file's order. Labels are compared as :mod:`landloom.core.labels` says.

    Raises
    ------
    InputError
        If any line is invalid; the message names all of them.
    """
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=tables.separator_of(text))
        columns = reader.fieldnames or []
        rows = [(reader.line_num, {key: tables.unescaped(cell) for key, cell in row.items()}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"nomenclature {path}: cannot be read ({error})") from None
    missing = {"label", "name", "color"} - set(columns)
    if missing:
        raise InputError(f"nomenclature {path}: lacks the columns {sorted(missing)}; it has {shortened(columns)}")
    problems = _problems(rows) + _group_problems(rows)
    if len(rows) > LARGEST_CODE:
        problems.insert(0, f"{len(rows)} classes; a map holds at most {LARGEST_CODE}")
    if problems or not rows:
        more = f"; and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
        raise InputError(f"nomenclature {path}: " + ("; ".join(problems[:MOST_PROBLEMS]) + more or "has no class"))
    return _numbered([row for _, row in rows])


def _problems(rows: list[tuple[int, dict[str, str | None]]]) -> list[str]:
    """Return a message for every invalid line."""
    problems: list[str] = []
    seen: set[str] = set()
    for line, row in rows:
        label, name = labels.text(row["label"] or ""), labels.plain(row["name"] or "")
        if not label or not name:
            problems.append(f"line {line}: label and name must not be empty")
        if found := unfit(label + name):
            problems.append(f"line {line}: label and name must not hold line breaks or control characters ({found})")
        number = labels.whole_number(label)
        if number is not None and not 1 <= number <= LARGEST_CODE:
            problems.append(
                f"line {line}: label {shortened(label)} is not between 1 and {LARGEST_CODE}, as codes of maps must be"
            )
        if label in seen:
            problems.append(f"line {line}: label {shortened(label)} is given twice")
        if not _COLOR.fullmatch((row["color"] or "").strip()):
            problems.append(f"line {line}: color {shortened(repr(row['color']))} is not like #1a2b3c")
        seen.add(label)
    return problems


def _group_problems(rows: list[tuple[int, dict[str, str | None]]]) -> list[str]:
    """Return a message for groups named like an ungrouped class, and for one group that contains all classes."""
    groups = [labels.plain(row.get("group") or "") for _, row in rows]
    there = set(groups)
    problems = [
        f"line {line}: group must not hold line breaks or control characters ({found})"
        for (line, _), group in zip(rows, groups, strict=True)
        if (found := unfit(group))
    ]
    for (line, row), group in zip(rows, groups, strict=True):
        name = labels.plain(row["name"] or "")
        if not group and name and name in there:
            problems.append(f"line {line}: {shortened(name)} is in no group, but others form a group of this name")
    if len(rows) > 1 and groups[0] and len(there) == 1:
        problems.append(f"all classes are in the group {shortened(groups[0])}: nothing to distinguish")
    return problems


def _numbered(rows: list[dict[str, str | None]]) -> Nomenclature:
    """Assign a code to every class."""
    classes = [
        LandClass(
            code,
            label,
            labels.plain(row["name"] or ""),
            (row["color"] or "").strip().lower(),
            labels.plain(row.get("group") or ""),
        )
        for (label, code), row in zip(_codes([row["label"] or "" for row in rows]).items(), rows, strict=True)
    ]
    return Nomenclature(tuple(sorted(classes, key=lambda entry: entry.code)))


def _codes(written: list[str]) -> dict[str, int]:
    """Return the code of each label: its number if it is one, else the lowest code that is free."""
    numbers = {label: labels.whole_number(label) for label in map(labels.text, written)}
    taken = set(numbers.values())
    free = (code for code in range(1, LARGEST_CODE + 1) if code not in taken)
    return {label: next(free) if number is None else number for label, number in numbers.items()}
