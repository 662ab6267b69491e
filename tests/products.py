"""What docs/reference/products.md says of the files of a project, and how far that is so."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from running import ROOT

PAGE = ROOT / "docs/reference/products.md"
_OF_TARGET = "of a target: "


def undocumented(project: Path) -> list[str]:
    """Return the files of a finished project that the page lacks, and columns that it does not explain."""
    found = []
    tables, files = list(_tables()), list(_files())
    for path in sorted(project.glob("results/[0-9]*/**/*")):
        name = path.relative_to(project / "results").as_posix().partition("/")[2]
        if path.is_dir() or path.name.startswith("."):
            continue
        known = [columns for pattern, columns in tables if pattern.fullmatch(name)]
        if known:
            unknown = [[one for one in _columns(path) if not _any(of, one)] for of in known]
            found += [f"{name}: column {one}" for one in min(unknown, key=len)]
        elif not _any(files, name):
            found.append(name)
    return found


def _any(patterns: list[re.Pattern[str]], text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns)


def unnamed(text: str) -> list[str]:
    """Return the products that a file of rules names and the page does not."""
    known = [pattern for pattern, _ in _tables()] + list(_files())
    named = re.findall(r'"results/\{year\}/([^"]+)"', text)
    named += [f"tiles/T/run0/{name}" for name in re.findall(r'of_runs\(f?"([^"]+)"\)', text)]
    shown = {re.sub(r"\{+\w+\}+", "x", name) for name in named}
    return sorted(name for name in shown if not _any(known, name))


def named_rules() -> set[str]:
    """Return the rules that the page says to make products."""
    text = PAGE.read_text(encoding="utf-8")
    cells = re.findall(r"^.* By (`.*`)\.$", text, re.M) + [rules for _paths, rules in _rows_of_files()]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def _columns(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return list(pq.read_schema(path).names)
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _tables() -> Iterator[tuple[re.Pattern[str], list[re.Pattern[str]]]]:
    """Yield the path and the columns of each table of the page."""
    for part in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]:
        part = re.split(r"^## ", part, flags=re.M)[0]
        heading, _, rest = part.partition("\n")
        _, _, table = rest.partition("| column | type | meaning |\n|---|---|---|\n")
        cells = [line.split(" | ")[0] for line in table.partition("\n\n")[0].splitlines()]
        columns = [_pattern(one) for cell in cells for one in re.findall(r"`([^`]+)`", cell)]
        for name in re.findall(r"`([^`]+)`", heading):
            yield _pattern(name.removeprefix(_OF_TARGET)), columns


def _files() -> Iterator[re.Pattern[str]]:
    """Yield the paths of the page's tables of files."""
    for paths, _rules in _rows_of_files():
        yield from map(_pattern, re.findall(r"`([^`]+)`", paths))


def _rows_of_files() -> Iterator[list[str]]:
    """Yield the cells of paths and rules of each row of the page's tables of files."""
    table = r"^\| file \| rule \| content \|\n.*\n((?:\|.*\n)+)"
    for rows in re.findall(table, PAGE.read_text(encoding="utf-8"), re.M):
        yield from (line.removeprefix("| ").split(" | ")[:2] for line in rows.splitlines())


def _pattern(text: str) -> re.Pattern[str]:
    """Return what a path or column with parts in braces stands for."""
    stands_for = {"*": ".+", "{": "[^/]+"}
    parts = re.split(r"(\{\w+\}|\*)", text)
    return re.compile("".join(stands_for.get(one[:1], re.escape(one)) for one in parts))
