"""What checks of a map found: a table with a verdict on each finding, and the message that ends the workflow.

The table and the end are made by two rules: Snakemake removes what a failing job has made.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

from landloom.checks.settings import SanitySettings

OK, WARN, FAIL = "ok", "warn", "fail"
Verdict = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    check : str
        Its key in the configuration.
    run : str
    place : str
        Tile, two tiles, region or layer; empty for the whole map.
    value : float
        From 0, as it should be, to 1.
    detail : str
        What it is about, as names of classes.
    """

    check: str
    run: str
    place: str
    value: float
    detail: str = ""


@dataclass(frozen=True)
class Judged(Finding):
    """A finding, the levels that hold for it (None: switched off), and the verdict: ``ok``, ``warn`` or ``fail``."""

    warn: float | None = None
    fail: float | None = None
    verdict: str = OK

    def __str__(self) -> str:
        where = f"run {self.run}" + (f", {self.place}" if self.place else "")
        level = self.fail if self.verdict == FAIL else self.warn
        beyond = f" is above {level:g} (sanity.{self.verdict}.{self.check})" if self.verdict != OK else ""
        return f"{self.check}, {where}: {self.value:.4g}{beyond}" + (f": {self.detail}" if self.detail else "")


def judge(finding: Finding, settings: SanitySettings) -> Judged:
    """Compare a finding with its levels: what is above one is a warning or a failure."""
    warn, fail = getattr(settings.warn, finding.check), getattr(settings.fail, finding.check)
    verdict = OK
    if fail is not None and finding.value > fail:
        verdict = FAIL
    elif warn is not None and finding.value > warn:
        verdict = WARN
    return Judged(**asdict(finding), warn=warn, fail=fail, verdict=verdict)


def as_csv(findings: Sequence[Judged]) -> str:
    """Return findings as CSV, one line each."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [field.name for field in fields(Judged)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(finding) for finding in findings)
    return buffer.getvalue()


def read(path: Path | str) -> list[Judged]:
    """Read findings that :func:`as_csv` wrote."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [
            Judged(
                row["check"],
                row["run"],
                row["place"],
                float(row["value"]),
                row["detail"],
                float(row["warn"]) if row["warn"] else None,
                float(row["fail"]) if row["fail"] else None,
                row["verdict"],
            )
            for row in csv.DictReader(file)
        ]


def failures(findings: Sequence[Judged], year: str, table: Path | str) -> str:
    """Return the message that ends the workflow: all findings that fail; nothing where none does."""
    failing = [finding for finding in findings if finding.verdict == FAIL]
    if not failing:
        return ""
    number = f"{len(failing)} of {len(findings)} checks"
    return "\n".join(
        [
            f"the map of {year} fails {number}, so no report is made of it:",
            *(f"  {finding}" for finding in failing),
            f"All findings are in {table}; the maps are kept. Mend the cause, or, where the map is right, raise the "
            "level in the configuration (null switches a check off).",
        ]
    )


def summary(findings: Sequence[Judged]) -> str:
    """Return how many findings have which verdict."""
    verdicts = Counter(finding.verdict for finding in findings)
    return f"{len(findings)} checks: {verdicts[OK]} ok, {verdicts[WARN]} warnings, {verdicts[FAIL]} failures"
