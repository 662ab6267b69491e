"""Findings about the reference: problems and their treatment; nothing is dropped silently."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from landloom.core.files import write_text

POINTS = "points"
"""Finding that some references are points."""

IGNORED, TINY = "label in reference.ignore", "smaller than"
"""Findings about what the configuration leaves out; the second is the beginning of one."""

NO_POLYGON = "no polygon of class"
"""Beginning of findings that a class has no polygon at all, or none for some purpose."""

AS_ASKED = (POINTS, IGNORED, TINY)
"""Beginnings of findings that are no problem of the reference: what is done is what was asked for."""

_SHOWN_IDS = 20


@dataclass
class Findings:
    """Findings about polygons and points, identified by their feature ids in the user's files."""

    rows: list[dict] = field(default_factory=list)

    def add(self, finding: str, action: str, ids: Sequence[int]) -> None:
        """Record a finding about polygons, if there are any."""
        if len(ids):
            self.rows.append(_row(finding, action, ids))

    def add_of_class(self, finding: str, action: str, ids: Sequence[int], code: int) -> None:
        """Record a finding about a class, with its polygons, if any, and its code, for its name in the report."""
        self.rows.append({**_row(finding, action, ids), "code": int(code)})

    def take(self, others: "Findings", position: str) -> None:
        """Add the findings about the polygons of another file, named by ``position``."""
        self.rows += [{**row, "finding": f"{row['finding']} ({position})"} for row in others.rows]

    def write(self, path: Path | str) -> None:
        """Write the findings as JSON."""
        write_text(path, json.dumps(self.rows, indent=1, ensure_ascii=False) + "\n")


def _row(finding: str, action: str, ids: Sequence[int]) -> dict:
    shown = [int(one) for one in list(ids)[:_SHOWN_IDS]]
    return {"finding": finding, "action": action, "count": len(ids), "ids": shown}
