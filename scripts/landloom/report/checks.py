"""Checks of the maps for the page: one row per check with its worst finding, and warnings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from landloom.checks.evaluation import FAIL, OK, WARN, Evaluated
from landloom.checks.map_checks import CHECKS
from landloom.report.wording import DASH, percent

_SEVERITY = {OK: 0, WARN: 1, FAIL: 2}
_TITLES = {check.key: check.title for check in CHECKS}


@dataclass(frozen=True)
class CheckRow:
    """Row of a check: number of findings, the worst finding and its position, thresholds, status."""

    title: str
    number: int
    worst: str
    place: str
    warn: str
    fail: str
    status: str


def rows(findings: Sequence[Evaluated]) -> list[CheckRow]:
    """Return a row for each check with findings."""
    return [_row(check, found) for check, found in _by_check(findings)]


def warnings(findings: Sequence[Evaluated]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the title, the threshold with its key, and the findings of each check with warnings."""
    for check, found in _by_check(findings):
        lines = [f"{_place(one)}: {percent(one.value)}" + _in_brackets(one) for one in found if one.status == WARN]
        if lines:
            yield _TITLES[check], f"{_threshold(found[0].warn)} (sanity.warn.{check})", lines


def _by_check(findings: Sequence[Evaluated]) -> list[tuple[str, list[Evaluated]]]:
    checks = dict.fromkeys(finding.check for finding in findings)
    return [(check, [finding for finding in findings if finding.check == check]) for check in checks]


def _row(check: str, found: Sequence[Evaluated]) -> CheckRow:
    worst = max(found, key=lambda one: (_SEVERITY[one.status], one.value))
    place = _place(worst) + _in_brackets(worst) if worst.value else ""
    thresholds = _threshold(worst.warn), _threshold(worst.fail)
    return CheckRow(_TITLES[check], len(found), percent(worst.value), place, *thresholds, worst.status)


def _place(finding: Evaluated) -> str:
    return f"run {finding.run}" + (f", {finding.place}" if finding.place else "")


def _in_brackets(finding: Evaluated) -> str:
    return f" ({finding.detail})" if finding.detail else ""


def _threshold(value: float | None) -> str:
    return DASH if value is None else percent(value)
