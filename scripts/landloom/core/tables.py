"""Small tables of the workflow's own, as CSV: what one job writes and another reads."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from landloom.core.errors import InputError
from landloom.core.files import REMAKE, write_text

T = TypeVar("T")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV, with lines that end in a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def write(path: Path | str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table; the file gets its name when it is whole."""
    write_text(path, csv_text(columns, rows))


def read(path: Path | str, what: str, of_row: Callable[[Mapping[str, str]], T]) -> list[T]:
    """Read a table.

    Parameters
    ----------
    what : str
        What it holds, for messages: ``is not a table of <what>``.
    of_row : function of a row, by the names of the columns

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return [of_row(row) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: is not a table of {what} ({error}); {REMAKE}") from None
