"""Numbers that YAML reads otherwise than they look: with a leading zero in base 8, with colons in base 60."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from landloom.core.files import read_limited
from landloom.core.text import printable, shortened

MOST_BYTES = 2**24
"""Largest configuration that is looked at."""

_INTEGER = "tag:yaml.org,2002:int"
_BASES = {8: re.compile(r"[-+]?0[0-7_]+"), 60: re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+")}


def problems(path: Path | str) -> list[str]:
    """Return a message for each number of a YAML file that is read in another base than 10; a file of JSON has none.

    What was written cannot be told from the number: the path and row 012010 becomes 5128, another tile.
    """
    try:
        text = read_limited(path, MOST_BYTES).decode("utf-8")
        return list(_problems(Path(path).name, text))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return []  # who reads the configuration says what is wrong with it


def _problems(name: str, text: str) -> Iterator[str]:
    for document in yaml.compose_all(text, Loader=yaml.SafeLoader):
        for scalar in _scalars(document):
            base = next((base for base, form in _BASES.items() if form.fullmatch(scalar.value)), None)
            if scalar.tag == _INTEGER and base:
                written, read = printable(shortened(scalar.value)), yaml.safe_load(scalar.value)
                yield (
                    f"{name}, line {scalar.start_mark.line + 1}: YAML reads {written} in base {base}, as "
                    f"{shortened(str(read))}; put it in quotes ('{written}') if it is a name, else write the number "
                    "without leading zeros and colons"
                )


def _scalars(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Yield the scalars of a document in the order of the file; what an alias repeats is yielded once."""
    todo, seen = [root] if root else [], set()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif isinstance(node, yaml.SequenceNode):
            todo += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            todo += reversed([part for pair in node.value for part in pair])
