"""Small tables of the workflow's own, as CSV: what one job writes and another reads.

Spreadsheets take a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whoever named a class so. Such a
text gets an apostrophe before it, as does one that has apostrophes before such a sign; reading takes one off. Numbers
stay as they are.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from landloom.core.errors import InputError
from landloom.core.files import REMAKE, write_text

if TYPE_CHECKING:  # which jobs that read small tables do without
    import pandas as pd

T = TypeVar("T")

NAMES = ("region", "neighbour", "tile", "sensor", "sensors", "map", "place")
"""Columns of names that users give."""

SEPARATORS = ",;\t|"
"""Characters that may separate the columns of a table that users give."""

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r]")
_ESCAPED = re.compile(r"''*\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]inf")


def escaped(cell: Any) -> Any:
    """Return what stands in a cell so that no spreadsheet takes it for a formula: a text after an apostrophe."""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def unescaped(cell: Any) -> Any:
    """Return what :func:`escaped` was given."""
    return cell[1:] if isinstance(cell, str) and _ESCAPED.match(cell) else cell


def frame_text(table: "pd.DataFrame", *, index: bool = False, float_format: str | None = None) -> str:
    """Return a table of pandas as CSV, with lines that end in a line feed."""
    texts = [name for name, kind in table.dtypes.items() if kind.kind not in "iufb"]
    shown = table.assign(**{str(name): table[name].map(escaped) for name in texts})
    text: str = shown.to_csv(index=index, lineterminator="\n", float_format=float_format)
    return text


def separator_of(text: str) -> str:
    """Return the separator of a table that a user gives: that which divides its first line into the most columns."""
    header = text.partition("\n")[0]
    return max(SEPARATORS, key=header.count)


def read_frame(path: Path | str, **options: Any) -> "pd.DataFrame":
    """Read a table that :func:`frame_text` or :func:`write` made, with options of :func:`pandas.read_csv`.

    An empty cell alone is unknown: a region may be called NA. Its name may look like a number, as 01, and stays text.
    """
    import pandas as pd

    options = {"keep_default_na": False, "na_values": [""], "dtype": dict.fromkeys(NAMES, str)} | options
    table: pd.DataFrame = pd.read_csv(path, **options)
    texts = [name for name, kind in table.dtypes.items() if kind.kind not in "iufb"]
    return table.assign(**{str(name): table[name].map(unescaped) for name in texts})


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV, with lines that end in a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([escaped(cell) for cell in row] for row in rows)
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
            rows = ({name: unescaped(cell) for name, cell in row.items()} for row in csv.DictReader(file))
            return [of_row(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: is not a table of {what} ({error}); {REMAKE}") from None
