"""What concerns a tile of an archive, or of a folder of heights, that holds those of all places.

Snakemake compares what a job depends on before it runs, when nobody knows yet where its tile lies. So a job that has
run keeps where its tile lies, and a digest of what was near. As long as that is the same, the next plan says that the
job depends on what it depended on then, whatever has changed elsewhere. Only the standard library is used: this is
asked while Snakemake plans.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from landloom.core.files import remember

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; west is above east across the 180th meridian."""


@dataclass(frozen=True)
class Known:
    """What a job knew that has run.

    Attributes
    ----------
    told : str
        What it depended on, as Snakemake's plan had it.
    box : Box
        Where its tile lies.
    near : str
        Digest of what was near when it began.
    """

    told: str
    box: Box
    near: str


def told(known: Known | None, near: Callable[[Box], str], everything: Callable[[], str]) -> str:
    """Return what a job depends on: what it knew, where the same is near still, else all there is.

    Parameters
    ----------
    known : Known or None
        Of the last job; None without one.
    near : callable
        Returns the digest of what is near a box.
    everything : callable
        Returns the digest of what is anywhere.
    """
    return known.told if known and near(known.box) == known.near else everything()


def keep(found: Mapping[str, Known], memory: Path) -> None:
    """Keep what a job knew of some sensors for the next plan; without it, the plan goes by all there is."""
    remember(memory, json.dumps({name: asdict(one) for name, one in found.items()}))


def kept(memory: Path) -> dict[str, Known]:
    """Return what the last job knew by sensor; nothing where the file is missing or damaged."""
    try:
        found = json.loads(memory.read_text(encoding="utf-8"))
        return {name: _of_plain(one) for name, one in found.items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def _of_plain(one: Mapping[str, object]) -> Known:
    west, south, east, north = (float(side) for side in one["box"])  # type: ignore[attr-defined]
    return Known(str(one["told"]), (west, south, east, north), str(one["near"]))
