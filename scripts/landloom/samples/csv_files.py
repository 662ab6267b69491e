"""CSV files of the section `samples`: numbers by class, copies between regions."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.files import read_limited
from landloom.core.tables import separator_of, unescaped
from landloom.core.text import shortened
from landloom.geo.region_settings import region_slug

MOST_BYTES = 2**24
ALL = -1
"""Number that stands for all samples in a file of copies."""

_MOST_PROBLEMS = 100
_LARGEST = 2**31 - 1


@dataclass(frozen=True, order=True)
class Copy:
    """Samples of a class in one region that also train the model of another region.

    Attributes
    ----------
    source, destination : int
        Numbers of the regions.
    code : int
    number : int
        Number of samples; ``ALL`` for all.
    """

    source: int
    destination: int
    code: int
    number: int


def read_numbers(path: Path | str, codes: Mapping[str, int]) -> dict[int, int]:
    """Read the number of samples of each class: CSV with the columns ``label``, ``number``.

    Parameters
    ----------
    codes : dict of label: code

    Returns
    -------
    dict of code: int
        0 or more; classes missing in the file are not included.

    Raises
    ------
    InputError
        With every faulty line.
    """
    problems: list[str] = []
    found: dict[int, int] = {}
    for line, (written, text) in _rows(path, ("label", "number")):
        label = labels.text(written)
        faults = [*_label_faults(label, codes), *_number_faults(text, 0)]
        if not faults and codes[label] in found:
            faults = [f"label {shortened(label)} is given twice"]
        problems += [f"line {line}: {fault}" for fault in faults]
        if not faults:
            found[codes[label]] = int(text)
    _stop(path, problems)
    return found


def read_copies(path: Path | str, codes: Mapping[str, int], regions: Sequence[str]) -> list[Copy]:
    """Read the copies of samples: CSV with the columns ``source``, ``destination``, ``label``, ``number``.

    Parameters
    ----------
    codes : dict of label: code
    regions : list of str
        Names as in file names, in the order of their numbers; the file may use the names of the configuration.

    Raises
    ------
    InputError
        If any line is invalid, which includes repeated lines.
    """
    problems: list[str] = []
    found: dict[tuple[int, int, int], Copy] = {}
    for line, (source, destination, written, text) in _rows(path, ("source", "destination", "label", "number")):
        label = labels.text(written)
        faults = [*_label_faults(label, codes), *_number_faults(text, ALL)]
        faults += [fault for name in (source, destination) for fault in _region_faults(name, regions)]
        if not faults and region_slug(source) == region_slug(destination):
            faults = ["source and destination are the same region, which has these samples"]
        if not faults:
            ends = [regions.index(region_slug(name)) + 1 for name in (source, destination)]
            copy = Copy(ends[0], ends[1], codes[label], int(text))
            key = (copy.source, copy.destination, copy.code)
            faults = ["source, destination and label are given twice"] * (key in found)
            found[key] = copy
        problems += [f"line {line}: {fault}" for fault in faults]
    _stop(path, problems)
    return list(found.values())


def _rows(path: Path | str, columns: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Return line number and values of every row."""
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=separator_of(text))
        names = list(reader.fieldnames or [])
        rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    if sorted(names) != sorted(columns):
        raise InputError(f"{path}: has the columns {shortened(names)}; exactly {list(columns)} are needed")
    uneven = [line for line, row in rows if None in row or None in row.values()]
    _stop(path, [f"line {line}: does not have {len(columns)} values" for line in uneven])
    if not rows:
        raise InputError(f"{path}: has no line after its header")
    return [(line, [unescaped(row[column].strip()) for column in columns]) for line, row in rows]


def _label_faults(label: str, codes: Mapping[str, int]) -> list[str]:
    return [] if label in codes else [f"label {labels.named(label, codes)} is not in the nomenclature"]


def _number_faults(text: str, smallest: int) -> list[str]:
    right = re.fullmatch(r"-?\d{1,10}", text, re.ASCII) and smallest <= int(text) <= _LARGEST
    least = "0 or more" if smallest == 0 else "0 or more, or -1 for all"
    return [] if right else [f"number {shortened(repr(text))} is not a whole number, {least}"]


def _region_faults(name: str, regions: Sequence[str]) -> list[str]:
    known = region_slug(name) in regions
    return [] if known else [f"region {labels.named(name, regions)} is not among {shortened(list(regions))}"]


def _stop(path: Path | str, problems: Sequence[str]) -> None:
    """Raise an error with all problems, if there are any."""
    if problems:
        more = [f"and {len(problems) - _MOST_PROBLEMS} more"] * (len(problems) > _MOST_PROBLEMS)
        raise InputError(f"{path}: " + "; ".join([*problems[:_MOST_PROBLEMS], *more]))
