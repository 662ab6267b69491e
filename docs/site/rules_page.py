"""The page of the workflow's rules, from the docstrings of `workflow/rules/`: `make docs` writes it."""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "workflow/rules"
PAGE = ROOT / "docs/reference/rules.md"

_INTRODUCTION = """\
# Rules

What jobs do, by the files of `workflow/rules/`. Each rule has a script of its name (`scripts/classify.py`), a log at
its product's path below `logs/`, and a record of what it has made ([docs/reruns.md](../reruns.md)). Rules that are
not needed for a configuration are not planned. Which files each rule makes is in [products.md](products.md).

This page is generated from the docstrings of the rules' files by `make docs`.
"""

_ENTRY = re.compile(r"(\w+) {2,}(\S.*)|( {3,})(\S.*)")


def files() -> list[Path]:
    """Return the files of rules that have jobs; targets have none."""
    return [path for path in sorted(RULES.glob("*.smk")) if path.stem != "targets"]


def entries(text: str) -> dict[str, str]:
    """Return the description of each rule: a name, two blanks or more, and text that further lines may go on with."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        match = _ENTRY.fullmatch(line)
        if match and match[1]:
            name = match[1]
            found[name] = match[2]
        elif match and name:
            found[name] += f" {match[4]}"
        else:
            name = ""
    return found


def rest(text: str) -> str:
    """Return what a docstring says beside its title and its rules."""
    paragraphs = text.split("\n\n")[1:]
    return "\n\n".join(one for one in paragraphs if not entries(one)).strip()


def rules(path: Path) -> list[str]:
    """Return the names of the rules of a file."""
    return re.findall(r"^ *(?:use )?rule (?:\w+ as )?(\w+)(?: with)?:", path.read_text(encoding="utf-8"), re.M)


def docstring(path: Path) -> str:
    """Return the docstring of a file of rules."""
    text = path.read_text(encoding="utf-8")
    return str(ast.literal_eval(re.match(r'""".*?"""', text, re.S)[0])).strip()  # type: ignore[index]


def section(path: Path) -> str:
    """Return the part of the page on one file."""
    text = docstring(path)
    rows = "".join(f"| `{name}` | {said} |\n" for name, said in entries(text).items())
    table = f"\n| rule | what it does |\n|---|---|\n{rows}" if rows else ""
    return f"\n## `{path.name}`\n\n{text.splitlines()[0]}\n{table}" + (f"\n{rest(text)}\n" if rest(text) else "")


def markdown() -> str:
    """Return the page."""
    return _INTRODUCTION + "".join(map(section, files()))


def main() -> None:
    """Write the page."""
    PAGE.write_text(markdown(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
