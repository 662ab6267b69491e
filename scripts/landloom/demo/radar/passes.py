"""When the radar of the demonstration passes: one orbit northwards in the evening, one southwards in the morning.

Each is repeated every 12 days, within a tube of some 100 m. The ground segment cuts data takes into slices; the
border of two lies in the tiles whenever the satellite flies north.
"""

import datetime
from dataclasses import dataclass

from landloom.demo.layout import CENTRE_LATITUDE, CENTRE_LONGITUDE
from landloom.demo.radar.orbit import Circle, circle_over
from landloom.demo.streams import Stream, generator

MISSION, FIRST_DATA_TAKE = "S1A", 0x18000
CYCLE_DAYS, ORBITS_PER_CYCLE = 12, 175
CYCLE_START, CYCLE_START_ORBIT = datetime.date(2018, 1, 1), 19_848
"""A day on which a cycle begins, and the absolute orbit before its first."""

TUBE_DEG, TUBE_ALONG_DEG = 0.0009, 0.00015
"""Standard deviations of the node (70 m) and of the way along the orbit (18 m): each pass sees a little elsewhere."""


@dataclass(frozen=True)
class Track:
    """One relative orbit.

    Parameters
    ----------
    direction
        ``ascending`` or ``descending``.
    relative_orbit
        From 1 to 175.
    day
        Day of the cycle on which it passes, from 0.
    time
        Of the day, UTC, in whole seconds.
    slant_range_m
        From the satellite to the middle of the landscape.
    is_cut
        Whether a border of slices lies there.
    """

    direction: str
    relative_orbit: int
    day: int
    time: datetime.time
    slant_range_m: float
    is_cut: bool


TRACKS = (
    Track("ascending", 30, 2, datetime.time(17, 56, 12), 872_000.0, True),
    Track("descending", 110, 7, datetime.time(6, 9, 41), 884_000.0, False),
)


@dataclass(frozen=True)
class Look:
    """One pass.

    Parameters
    ----------
    track
        Its relative orbit.
    time
        UTC in whole seconds, about when the middle of the landscape is abeam: time 0 of its circle.
    circle
        The orbit.
    orbit
        Absolute number.
    """

    track: Track
    time: datetime.datetime
    circle: Circle
    orbit: int

    @property
    def day_of_year(self) -> int:
        """Day of the year from 1."""
        return self.time.timetuple().tm_yday

    @property
    def data_take(self) -> str:
        """Number of the data take, hexadecimal."""
        return f"{FIRST_DATA_TAKE + self.orbit:06X}"

    @property
    def keys(self) -> tuple[int, int]:
        """Numbers that tell this pass from all others, for random streams."""
        return self.time.toordinal(), self.track.relative_orbit


def plan_looks(seed: int, year: int, height_m: float) -> tuple[Look, ...]:
    """Return the passes of a year in the order of tracks and time.

    Parameters
    ----------
    seed
        Of what is drawn.
    year
        The year.
    height_m
        Of the middle of the landscape, above the ellipsoid.
    """
    first = datetime.date(year, 1, 1)
    days = [first + datetime.timedelta(days=number) for number in range(366)]
    looks = []
    for track in TRACKS:
        place = CENTRE_LONGITUDE, CENTRE_LATITUDE, height_m
        middle = circle_over(place, track.direction, track.slant_range_m)
        for day in days:
            cycles, rest = divmod((day - CYCLE_START).days - track.day, CYCLE_DAYS)
            if rest == 0 and day.year == year:
                looks.append(_look(track, middle, day, cycles, seed))
    return tuple(looks)


def _look(track: Track, middle: Circle, day: datetime.date, cycles: int, seed: int) -> Look:
    across, along = generator(seed, Stream.RADAR_PASSES, day.toordinal(), track.relative_orbit).standard_normal(2)
    circle = Circle(middle.node_deg + TUBE_DEG * float(across), middle.argument_deg + TUBE_ALONG_DEG * float(along))
    orbit = CYCLE_START_ORBIT + ORBITS_PER_CYCLE * cycles + track.relative_orbit - 1
    return Look(track, datetime.datetime.combine(day, track.time), circle, orbit)
