"""GeoPackages, judged as databases before GDAL opens them: no edits, no views without end, no foreign tables."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from landloom.core.text import shortened
from landloom.geo.opening.parts import JOURNALS

HEAD = b"SQLite format 3\0"

MOST_STEPS = 10_000_000
"""Steps of SQLite's machine within which the first row of a view must come: half a second."""

_STEPS_AT_A_TIME = 10_000


class RefusedVectorError(ValueError):
    """Why a vector file is not opened; continues a message that begins with its name."""


def judge(path: str, layer: str | None) -> None:
    """Raise if a GeoPackage may not be opened, or its layer not be read.

    Parameters
    ----------
    path : str
    layer : str or None
        None: no layer is read.

    Raises
    ------
    RefusedVectorError
    """
    _check_no_edits(path)
    place = f"file:{quote(str(Path(path).absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(place, uri=True)) as database:
            _judge(database, layer)
    except sqlite3.Error as error:
        raise RefusedVectorError(f"is damaged, or no GeoPackage ({error})") from None


def _check_no_edits(path: str) -> None:
    """Raise if another program holds changes that are not in the file yet."""
    for ending in JOURNALS:
        beside = Path(f"{path}{ending}")
        if beside.is_file() and beside.stat().st_size:
            raise RefusedVectorError(
                f"is being edited, or was left so: {beside.name} holds changes that are not in the file; close it in "
                "the other program (QGIS), or copy it with `sqlite3 OLD '.backup NEW'`"
            )


def _judge(database: sqlite3.Connection, layer: str | None) -> None:
    tables = list(database.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')"))
    if "gpkg_contents" not in {str(name).lower() for _, name, _ in tables}:
        raise RefusedVectorError("is no GeoPackage: it lacks the table `gpkg_contents`")
    foreign = [str(name) for _, name, sql in tables if _is_foreign(str(sql))]
    if foreign:
        raise RefusedVectorError(f"has tables that lie elsewhere ({shortened(foreign)}), which are not read")
    computed = [str(name) for kind, name, _ in tables if kind == "table" and _is_computed(database, str(name))]
    if computed:
        raise RefusedVectorError(
            f"has columns that are computed when they are read ({shortened(computed)}), which could take anything: "
            "export the layer (in QGIS, Export > Save Features As)"
        )
    views = [str(name) for kind, name, _ in tables if kind == "view"]
    if layer is not None and layer.lower() in {name.lower() for name in views}:
        raise RefusedVectorError(
            f"has its layer {layer} as a view, a query that could read or take anything: export it as a table "
            "(in QGIS, Export > Save Features As)"
        )
    slow = [name for name in views if not _begins(database, name)]
    if slow:
        raise RefusedVectorError(
            f"has a view without end, or with functions that SQLite lacks ({shortened(slow)}), which GDAL would run: "
            "remove it, or export the layer to a file of its own"
        )


def _is_foreign(sql: str) -> bool:
    """Return whether a table is made by a module of SQLite, but for indices of space and text."""
    made_by = re.match(r"\s*CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+(\w+)", sql, re.I | re.S)
    return made_by is not None and not re.fullmatch(r"rtree\w*|fts\d", made_by[1], re.I)


def _is_computed(database: sqlite3.Connection, table: str) -> bool:
    """Return whether a table has a generated column."""
    return any(hidden in (2, 3) for *_, hidden in database.execute("SELECT * FROM pragma_table_xinfo(?)", (table,)))


def _begins(database: sqlite3.Connection, view: str) -> bool:
    """Return whether the first row of a view comes, or none, within a number of steps; not if it cannot be run."""
    steps = _counted(MOST_STEPS // _STEPS_AT_A_TIME)
    database.set_progress_handler(lambda: next(steps), _STEPS_AT_A_TIME)
    try:
        name = view.replace('"', '""')
        database.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchone()
    except sqlite3.Error:
        return False
    finally:
        database.set_progress_handler(None, 0)
    return True


def _counted(most: int) -> Iterator[bool]:
    """Yield False a number of times, then True: SQLite then stops."""
    for _ in range(most):
        yield False
    while True:
        yield True
