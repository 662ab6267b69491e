"""Keys that a YAML or JSON file gives twice: its readers take the last without a word."""

from collections.abc import Iterator, Sequence
from itertools import islice

import yaml

from landloom.configuration.yaml_files.documents import nodes
from landloom.core.text import printable, shortened

MOST_TOLD = 20


def problems(name: str, documents: Sequence[yaml.Node]) -> Iterator[str]:
    """Yield a message for each key that a section of a file has twice, with both lines, of so many at most."""
    return islice(_problems(name, documents), MOST_TOLD)


def _problems(name: str, documents: Sequence[yaml.Node]) -> Iterator[str]:
    for section, node in nodes(documents):
        if not isinstance(node, yaml.MappingNode):
            continue
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
