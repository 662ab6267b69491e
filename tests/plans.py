"""What dry runs list, and the tables of it in docs/reruns.md."""

import re
from collections.abc import Mapping, Sequence

Jobs = dict[str, int]


def jobs_of(terminal: str) -> Jobs:
    """Return the number of jobs of each rule that a dry run lists, `all` aside."""
    rows = dict(re.findall(r"^(\w+) +(\d+)$", terminal, re.M))
    return {name: int(count) for name, count in rows.items() if name not in ("total", "all")}


def table(costs: Mapping[str, Jobs], shown: Sequence[str], more: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return a table of the documentation: the jobs of some rules, and of all; more columns by name, a cell a row."""
    others = more or {}
    lines = ["| what changed | " + " | ".join([*shown, "all jobs", *others]) + " |"]
    lines.append("|---|" + "---:|" * (len(shown) + 1 + len(others)))
    for row, (change, jobs) in enumerate(costs.items()):
        numbers = [*(jobs.get(rule, 0) for rule in shown), sum(jobs.values())]
        cells = [*(str(number or "") for number in numbers), *(cells[row] for cells in others.values())]
        lines.append(f"| {change} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
