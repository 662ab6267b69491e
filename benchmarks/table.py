"""Results as Markdown and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.contest import Case, Entry, ratios

COLUMNS = (
    "program",
    "compared with",
    "threads",
    "its Mpx/s per thread",
    "the other's",
    "**ratio** (lowest to highest round)",
    "goal",
    "its peak MB (before its turns)",
    "the other's",
)
LEGEND = (
    "Mpx/s per thread: million pixels per second, divided by the number of threads; from the median of the rounds, "
    "in which the two programs take turns. Ratio: the program's time divided by that of the one it is compared with; "
    "above 1, landloom is faster. Peak MB: of the whole process, in its turns; before its turns: with data, "
    "model and libraries loaded (programs that every turn starts afresh have loaded nothing then)."
)


@dataclass
class Outcome:
    """All that was measured of a case; `held` has one list of entries for each match and number of threads."""

    case: Case
    facts: dict[str, Any]
    held: list[list[Entry]]
    checks: list[str]


def markdown(surroundings: dict[str, Any], outcomes: Sequence[Outcome]) -> str:
    """Write the whole table."""
    lines = ["# landloom and its peers", "", *(f"- {name}: {value}" for name, value in surroundings.items())]
    lines += ["", LEGEND]
    for outcome in outcomes:
        lines += _section(outcome)
    return "\n".join(lines) + "\n"


def content(surroundings: dict[str, Any], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Give everything, with the seconds of each round, for JSON."""
    cases = [
        {
            "module": outcome.case.module,
            "facts": outcome.facts,
            "checks": outcome.checks,
            "matches": [[asdict(entry) for entry in entries] for entries in outcome.held],
        }
        for outcome in outcomes
    ]
    return {"surroundings": surroundings, "cases": cases}


def _section(outcome: Outcome) -> list[str]:
    case = outcome.case
    facts = "; ".join(f"{name}: {_grouped(value)}" for name, value in outcome.facts.items())
    lines = ["", f"## {case.title}", "", case.description, "", f"{facts}.", "", _rates(outcome), ""]
    lines += [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    goals = {one.name: one.goal for match in case.matches for one in match}
    for entries in outcome.held:
        lines += [row(entry, entries[0], goals[entry.name]) for entry in entries[1:]]
    notes = {one.name: one.note for match in case.matches for one in match if one.note and one.start}
    lines += ["", "What the programs do:", "", *(f"- {name}: {note}" for name, note in notes.items())]
    return [*lines, "", "Results compared:", "", *(f"- {line}" for line in outcome.checks)]


def _rates(outcome: Outcome) -> str:
    """Give landloom's own rate for each number of threads: the median of those of all pairs."""
    name = outcome.case.matches[0][0].name
    rates: dict[int, list[float]] = {}
    for entries in outcome.held:
        if entries[0].name == name and entries[0].seconds:
            rates.setdefault(entries[0].threads, []).append(entries[0].rate())
    found = ", ".join(f"{median(values):.3g} with {_threads(threads)}" for threads, values in rates.items())
    goal = outcome.case.goal_rate
    return f"{name}, Mpx/s per thread: {found or 'not measured'}{'' if goal is None else f' (goal: {goal:g})'}."


def row(entry: Entry, reference: Entry, goal: float | None) -> str:
    """Write the line of a program that is compared with the reference."""
    aim = "" if goal is None else f"{goal:g}"
    cells = [entry.name, reference.name, str(entry.threads)]
    if entry.seconds:
        ratio, lowest, highest = ratios(entry, reference)
        cells += [
            f"{entry.rate():.3g}",
            f"{reference.rate():.3g}",
            f"**{ratio:.2f}** ({lowest:.2f} to {highest:.2f})",
        ]
        cells += [aim and f"{aim}: {'reached' if ratio >= goal else 'missed'}"]
        cells += [f"{one.peak_mb:.0f} ({one.loaded_mb:.0f})" for one in (entry, reference)]
    else:
        cells += [entry.absent or f"{reference.name}: {reference.absent}", "", "", aim, "", ""]
    return f"| {' | '.join(cells)} |"


def _threads(count: int) -> str:
    return f"{count} thread{'s' if count > 1 else ''}"


def _grouped(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
