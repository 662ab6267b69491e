"""Rules of the workflow as text, for tests of what all of them have."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from running import ROOT

RULE = re.compile(r"^( *)(use )?rule (?:(\w+) as )?(\w+)(?: with)?:\n((?:(?:\1    .*)?\n)+)", re.M)
DIRECTIVE = re.compile(r"^(\w+):(.*\n(?:(?: .*)?\n)*)", re.M)


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    base : str
        The rule that it is made from (`use rule`), or nothing.
    directives : dict of name: str
        What stands behind each.
    """

    name: str
    base: str
    file: Path
    directives: dict[str, str]

    @property
    def is_target(self) -> bool:
        """Return whether it is nothing but a name for other files."""
        return not self.base and "output" not in self.directives


def rules_of_workflow() -> list[Rule]:
    """Return all rules in the order of files, those that only some configurations have too."""
    return [rule for path in sorted((ROOT / "workflow").rglob("*.smk")) for rule in _rules_of(path)]


def _rules_of(path: Path) -> list[Rule]:
    return [
        Rule(match[4], match[3] or "", path, dict(DIRECTIVE.findall(textwrap.dedent(match[5]))))
        for match in RULE.finditer(path.read_text() + "\n")
    ]
