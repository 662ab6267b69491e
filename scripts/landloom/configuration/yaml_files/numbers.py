"""Numbers that YAML reads otherwise than they look: with a leading zero in base 8, with colons in base 60."""

import re
from collections.abc import Iterator, Sequence

import yaml

from landloom.configuration.yaml_files.documents import nodes
from landloom.core.text import printable, shortened

_INTEGER = "tag:yaml.org,2002:int"
_BASES = {8: re.compile(r"[-+]?0[0-7_]+"), 60: re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+")}


def problems(name: str, documents: Sequence[yaml.Node]) -> Iterator[str]:
    """Yield a message for each number of a YAML file that is read in another base than 10; a file of JSON has none.

    What was written cannot be told from the number: the path and row 012010 becomes 5128, another tile.
    """
    for _, scalar in nodes(documents):
        if not isinstance(scalar, yaml.ScalarNode) or scalar.tag != _INTEGER:
            continue
        base = next((base for base, form in _BASES.items() if form.fullmatch(scalar.value)), None)
        if base:
            written, read = printable(shortened(scalar.value)), yaml.safe_load(scalar.value)
            yield (
                f"{name}, line {scalar.start_mark.line + 1}: YAML reads {written} in base {base}, as "
                f"{shortened(str(read))}; put it in quotes ('{written}') if it is a name, else write the number "
                "without leading zeros and colons"
            )
