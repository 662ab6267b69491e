"""The checks of the maps as the page tells them: one row for each check, with its worst finding; and warnings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from landloom.checks.verdicts import FAIL, OK, WARN, Judged
from landloom.report.wording import DASH, percent

_SEVERITY = {OK: 0, WARN: 1, FAIL: 2}
_TITLES = {
    "unclassified_map": "Ground without a class, whole map",
    "unclassified_tile": "Ground without a class, by tile",
    "foreign_labels": "Labels outside of the nomenclature",
    "lost_classes": "Trained classes that a region's map lacks",
    "mosaic": "Mosaic against its tiles",
    "seams": "Disagreement of tiles where they meet",
    "neighbour_shares": "Class shares of a tile against its neighbours'",
    "reference_shares": "Class shares of a region against the reference's",
}


@dataclass(frozen=True)
class CheckRow:
    """A check: how often it was made, its worst finding and where that is, its levels, its verdict."""

    title: str
    number: int
    worst: str
    place: str
    warn: str
    fail: str
    verdict: str


def rows(findings: Sequence[Judged]) -> list[CheckRow]:
    """Return a row for each check that had something to look at."""
    return [_row(check, found) for check, found in _by_check(findings)]


def warnings(findings: Sequence[Judged]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the title, the level with its key, and the findings of each check that warns."""
    for check, found in _by_check(findings):
        lines = [f"{_place(one)}: {percent(one.value)}" + _in_brackets(one) for one in found if one.verdict == WARN]
        if lines:
            yield _TITLES[check], f"{_level(found[0].warn)} (sanity.warn.{check})", lines


def _by_check(findings: Sequence[Judged]) -> list[tuple[str, list[Judged]]]:
    checks = dict.fromkeys(finding.check for finding in findings)
    return [(check, [finding for finding in findings if finding.check == check]) for check in checks]


def _row(check: str, found: Sequence[Judged]) -> CheckRow:
    worst = max(found, key=lambda one: (_SEVERITY[one.verdict], one.value))
    place = _place(worst) + _in_brackets(worst) if worst.value else ""
    levels = _level(worst.warn), _level(worst.fail)
    return CheckRow(_TITLES[check], len(found), percent(worst.value), place, *levels, worst.verdict)


def _place(finding: Judged) -> str:
    return f"run {finding.run}" + (f", {finding.place}" if finding.place else "")


def _in_brackets(finding: Judged) -> str:
    return f" ({finding.detail})" if finding.detail else ""


def _level(level: float | None) -> str:
    return DASH if level is None else percent(level)
