"""What a YAML or JSON file holds as nodes, which know their lines: the content no longer shows how it was written."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from landloom.core.files import read_limited

MOST_BYTES = 2**24
"""Largest configuration that is looked at."""


def of_file(path: Path | str) -> list[yaml.Node]:
    """Return the documents of a file; none where it cannot be read, which who reads the configuration tells."""
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8")
        return [document for document in yaml.compose_all(text, Loader=yaml.SafeLoader) if document]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return []


def nodes(documents: Sequence[yaml.Node]) -> Iterator[tuple[tuple[str, ...], yaml.Node]]:
    """Yield each node with the keys of the section that it stands in, in the order of the file.

    What an alias repeats is yielded once.
    """
    todo: list[tuple[tuple[str, ...], yaml.Node]] = [((), document) for document in reversed(documents)]
    seen: set[int] = set()
    while todo:
        keys, node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield keys, node
        if isinstance(node, yaml.SequenceNode):
            todo += [(keys, part) for part in reversed(node.value)]
        elif isinstance(node, yaml.MappingNode):
            for key, value in reversed(node.value):
                todo += [((*keys, str(key.value)), value), (keys, key)]
