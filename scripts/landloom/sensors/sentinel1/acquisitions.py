"""From products to acquisitions: newest processings, slices joined to one acquisition, filters.

A satellite records a data take for up to 25 minutes; the ground segment cuts it into slices of 25 seconds, each a
product, which overlap by a few lines at most. A tile across the border of two slices was seen once, not twice: the
slices of one pass are one acquisition.
"""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from landloom.sensors.sentinel1.archive import Slice
from landloom.sensors.sentinel1.manifest import Direction

LONGEST_PASS = datetime.timedelta(minutes=50)
"""Half of an orbit (98.7 minutes): what is farther apart is not one pass, whatever the names say."""


@dataclass(frozen=True)
class SlicedAcquisition:
    """One pass over the ground as slices in time order.

    Attributes
    ----------
    slices : tuple of Slice
        At least one; all of one mission, data take and direction.
    """

    slices: tuple[Slice, ...]

    @property
    def start(self) -> datetime.datetime:
        """Return the start of the first slice, UTC."""
        return self.slices[0].name.start

    @property
    def date(self) -> datetime.date:
        """Return the day on which the pass began; a pass across midnight is not cut."""
        return self.start.date()

    @property
    def name(self) -> str:
        """Return the name of the acquisition: mission, start and data take."""
        first = self.slices[0].name
        return f"{first.mission}_{self.start:%Y%m%dT%H%M%S}_{first.data_take}"

    @property
    def direction(self) -> Direction:
        """Return ``ascending`` or ``descending``."""
        return self.slices[0].manifest.direction

    @property
    def relative_orbit(self) -> int:
        """Return the relative orbit of the start; across the ascending node, later slices have the next one."""
        return self.slices[0].manifest.relative_orbit

    @property
    def relative_orbits(self) -> tuple[int, ...]:
        """Return the relative orbits of all slices, in time order, each once."""
        return tuple(dict.fromkeys(one.manifest.relative_orbit for one in self.slices))

    @property
    def polarisations(self) -> tuple[str, ...]:
        """Return the polarisations that all slices have."""
        first, *others = [one.name.polarisations for one in self.slices]
        return tuple(one for one in first if all(one in other for other in others))

    @property
    def processors(self) -> tuple[tuple[int, int], ...]:
        """Return the versions of the processor, sorted, each once; mixed ones may show steps at slices' borders."""
        return tuple(sorted({one.manifest.ipf for one in self.slices}))


def superseded(slices: Iterable[Slice]) -> dict[str, str]:
    """Return the products that are not the newest processing of what they show, and the name of the newer one.

    Products of one data take that share more than half of the shorter one's time are processings of one slice: the
    newest has the latest version of the processor, among these the latest end of processing. Neighbouring slices
    share a second at most, by their names.

    Parameters
    ----------
    slices : iterable of Slice

    Returns
    -------
    dict of str
        Name of the newer product by the name of the older.
    """
    older: dict[str, str] = {}
    for _, group in groupby(sorted(slices, key=_take), key=_take):
        kept: list[Slice] = []
        alone = {one.name.text: one for one in group}
        for one in sorted(alone.values(), key=_rank, reverse=True):
            newer = next((other for other in kept if _is_same_ground(one, other)), None)
            if newer is None:
                kept.append(one)
            else:
                older[one.name.text] = newer.name.text
    return older


def _take(one: Slice) -> tuple[str, str, Direction]:
    return one.name.mission, one.name.data_take, one.manifest.direction


def _rank(one: Slice) -> tuple[tuple[int, int], datetime.datetime, str]:
    """Return the sort key of processings; the greatest is the newest."""
    return one.manifest.ipf, one.manifest.processed, one.name.text


def _is_same_ground(one: Slice, other: Slice) -> bool:
    shared = min(one.name.stop, other.name.stop) - max(one.name.start, other.name.start)
    return 2 * shared > min(one.name.stop - one.name.start, other.name.stop - other.name.start)


def joined(slices: Iterable[Slice]) -> list[SlicedAcquisition]:
    """Return acquisitions of the newest products, sorted by time: the slices of one pass of one data take together.

    Parameters
    ----------
    slices : iterable of Slice
        In any order; older processings (:func:`superseded`) and copies are left out.
    """
    several = {one.name.text: one for one in slices}
    older = superseded(several.values())
    newest = sorted(
        (one for text, one in several.items() if text not in older), key=lambda one: (_take(one), one.name)
    )
    found = [
        SlicedAcquisition(tuple(part)) for _, group in groupby(newest, key=_take) for part in _passes(list(group))
    ]
    return sorted(found, key=lambda one: (one.start, one.name))


def _passes(slices: Sequence[Slice]) -> list[list[Slice]]:
    """Divide slices in time order where they are too long apart for one pass."""
    found: list[list[Slice]] = []
    for one in slices:
        if found and one.name.start - found[-1][0].name.start <= LONGEST_PASS:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def over(acquisition: SlicedAcquisition, box: tuple[float, float, float, float]) -> SlicedAcquisition | None:
    """Return an acquisition with the slices that may show ground of a box; None if none does.

    Parameters
    ----------
    acquisition : SlicedAcquisition
    box : tuple of float
        West, south, east, north in degrees; west is above east across the 180th meridian.
    """
    shown = tuple(one for one in acquisition.slices if one.shows(*box))
    return SlicedAcquisition(shown) if shown else None


def why_unwanted(
    acquisition: SlicedAcquisition,
    direction: Direction | None,
    orbits: Collection[int],
    bands: Collection[str],
) -> str:
    """Return why the section of a sensor leaves an acquisition out; empty if it does not.

    Parameters
    ----------
    acquisition : SlicedAcquisition
    direction : str or None
        The key ``pass``; None: both.
    orbits : collection of int
        Relative orbits; empty: all. One of the acquisition's is enough.
    bands : collection of str
        Polarisations, all of which are needed.
    """
    if direction and acquisition.direction != direction:
        return f"is {acquisition.direction}, not {direction} (`pass`)"
    own = acquisition.relative_orbits
    if orbits and not set(own) & set(orbits):
        return f"relative orbit {' and '.join(map(str, own))} is not among {sorted(orbits)} (`orbits`)"
    lacking = [band for band in bands if band not in acquisition.polarisations]
    if lacking:
        has = ", ".join(acquisition.polarisations) or "none in all slices"
        return f"has no {' and '.join(lacking)} (polarisations: {has})"
    return ""
