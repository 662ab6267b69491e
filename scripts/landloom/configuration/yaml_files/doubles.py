"""Keys that a YAML or JSON file gives twice: its readers take the last without a word."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from landloom.core.files import read_limited
from landloom.core.text import printable, shortened

MOST_BYTES = 2**24
"""Largest configuration that is looked at."""

MOST_TOLD = 20


def problems(path: Path | str) -> list[str]:
    """Return a message for each key that a section of a file has twice, with both lines."""
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8")
        return list(_problems(Path(path).name, text))[:MOST_TOLD]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return []  # who reads the configuration says what is wrong with it


def _problems(name: str, text: str) -> Iterator[str]:
    for document in yaml.compose_all(text, Loader=yaml.SafeLoader):
        for section, node in _sections(document):
            first: dict[tuple[str, str], int] = {}
            for key in (key for key, _ in node.value if _counts(key)):
                line, known = key.start_mark.line + 1, (key.tag, key.value)
                if known in first:
                    written = printable(shortened(".".join((*section, key.value))))
                    yield (
                        f"{name}: `{written}` is given twice, in line {first[known]} and in line {line}, of which "
                        "YAML takes the last without a word; keep one"
                    )
                first.setdefault(known, line)


def _counts(key: yaml.Node) -> bool:
    """Return whether a key must be there once; several merges (``<<``) may stand in one section."""
    return isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge"


def _sections(root: yaml.Node | None) -> Iterator[tuple[tuple[str, ...], yaml.MappingNode]]:
    """Yield the sections of a document with their keys, in the order of the file; what an alias repeats once."""
    todo: list[tuple[tuple[str, ...], yaml.Node]] = [((), root)] if root else []
    seen: set[int] = set()
    while todo:
        keys, node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield keys, node
            todo += [((*keys, str(key.value)), value) for key, value in reversed(node.value)]
        elif isinstance(node, yaml.SequenceNode):
            todo += [(keys, one) for one in reversed(node.value)]
