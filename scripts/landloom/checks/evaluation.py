"""Evaluation of findings against thresholds: the table of findings, and the message that ends the workflow.

Table and failure belong to two rules, since Snakemake removes the outputs of a failing job.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

from landloom.checks.findings import Finding
from landloom.checks.settings import SanitySettings
from landloom.core import tables
from landloom.core.files import write_text

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True)
class Evaluated(Finding):
    """A finding, its thresholds (None: switched off), and its status: ``ok``, ``warn`` or ``fail``."""

    warn: float | None = None
    fail: float | None = None
    status: str = OK

    def __str__(self) -> str:
        where = f"run {self.run}" + (f", {self.place}" if self.place else "")
        threshold = self.fail if self.status == FAIL else self.warn
        beyond = f" is above {threshold:g} (sanity.{self.status}.{self.check})" if self.status != OK else ""
        return f"{self.check}, {where}: {self.value:.4g}{beyond}" + (f": {self.detail}" if self.detail else "")


def evaluate(finding: Finding, settings: SanitySettings) -> Evaluated:
    """Compare a finding with its thresholds: a value above one is a warning or a failure."""
    warn, fail = getattr(settings.warn, finding.check), getattr(settings.fail, finding.check)
    status = OK
    if fail is not None and finding.value > fail:
        status = FAIL
    elif warn is not None and finding.value > warn:
        status = WARN
    return Evaluated(**asdict(finding), warn=warn, fail=fail, status=status)


def write(findings: Iterable[Finding], settings: SanitySettings, path: Path | str) -> None:
    """Evaluate findings, tell each on the standard error, and write them."""
    evaluated = [evaluate(finding, settings) for finding in findings]
    for finding in evaluated:
        print(f"{finding.status}: {finding}", file=sys.stderr)
    write_text(path, as_csv(evaluated))


def as_csv(findings: Sequence[Evaluated]) -> str:
    """Return findings as CSV, one line per finding."""
    return tables.csv_text([field.name for field in fields(Evaluated)], map(astuple, findings))


def read(path: Path | str) -> list[Evaluated]:
    """Read findings written by :func:`as_csv`.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "findings", _of_row)


def _of_row(row: Mapping[str, str]) -> Evaluated:
    return Evaluated(
        row["check"],
        row["run"],
        row["place"],
        float(row["value"]),
        row["detail"],
        float(row["warn"]) if row["warn"] else None,
        float(row["fail"]) if row["fail"] else None,
        row["status"],
    )


def failures(findings: Sequence[Evaluated], year: str, table: Path | str) -> str:
    """Return the message that ends the workflow, with all failing findings; empty if there are none."""
    failing = [finding for finding in findings if finding.status == FAIL]
    if not failing:
        return ""
    number = f"{len(failing)} of {len(findings)} checks"
    return "\n".join(
        [
            f"the map of {year} fails {number}, so no report is made of it:",
            *(f"  {finding}" for finding in failing),
            f"All findings are in {table}; the maps are kept. Correct the cause or, if the map is right, raise the "
            "threshold in the configuration (null switches a check off).",
        ]
    )


def summary(findings: Sequence[Evaluated]) -> str:
    """Return the number of findings by status, as text."""
    statuses = Counter(finding.status for finding in findings)
    return f"{len(findings)} checks: {statuses[OK]} ok, {statuses[WARN]} warnings, {statuses[FAIL]} failures"
