"""What was found wrong with the reference, and what was done about it: nothing is dropped silently."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from landloom.core.files import write_text

POINTS = "points"
"""The finding that there are some among the polygons."""

_SHOWN_IDS = 20


@dataclass
class Findings:
    """Findings about polygons, which are named (as points are) by their feature ids in the user's files."""

    rows: list[dict] = field(default_factory=list)

    def add(self, finding: str, action: str, ids: Sequence[int]) -> None:
        """Note a finding about some polygons; nothing where there are none."""
        if len(ids):
            self.rows.append(_row(finding, action, ids))

    def add_of_class(self, finding: str, action: str, ids: Sequence[int], code: int) -> None:
        """Note a finding about a class, with its polygons, if any, and its code: a report then tells its name."""
        self.rows.append({**_row(finding, action, ids), "code": int(code)})

    def take(self, others: "Findings", position: str) -> None:
        """Take over the findings about the polygons of another file, which ``position`` names."""
        self.rows += [{**row, "finding": f"{row['finding']} ({position})"} for row in others.rows]

    def write(self, path: Path | str) -> None:
        """Write the findings as JSON."""
        write_text(path, json.dumps(self.rows, indent=1, ensure_ascii=False) + "\n")


def _row(finding: str, action: str, ids: Sequence[int]) -> dict:
    shown = [int(one) for one in list(ids)[:_SHOWN_IDS]]
    return {"finding": finding, "action": action, "count": len(ids), "ids": shown}
