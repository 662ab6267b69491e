"""Which satellite saw a tile when, in what weather, and how much of the tile was in its swath."""

import datetime
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from landloom.demo.layout import CENTRE_LATITUDE, DemoTile
from landloom.demo.streams import Stream, generator

DATES_PER_YEAR = 15
CYCLE_DAYS = 10
CYCLE_START = datetime.date(2018, 1, 1)
SWATH_EDGE_DATES = (3, 8, 12)
TWIN_CANDIDATES = (4, 5, 6, 7, 9, 10)
TWIN_DELAY = datetime.timedelta(seconds=13, milliseconds=423)
VERSIONS = ("C_V2-2", "D_V1-8")
# Direction of flight of the descending pass, clockwise from north.
TRACK_AZIMUTH_DEG = 194.0


@dataclass(frozen=True)
class Cut:
    """A straight edge of the data, beyond which there are none.

    Parameters
    ----------
    azimuth_deg
        Direction towards the side without data, clockwise from north.
    position
        Distance of the edge from the tile's centre in that direction, in widths of the tile.
    """

    azimuth_deg: float
    position: float


@dataclass(frozen=True)
class Observation:
    """One product: a tile seen once.

    Parameters
    ----------
    tile
        The tile.
    time
        UTC time of acquisition, milliseconds matter.
    satellite
        ``SENTINEL2A`` or ``SENTINEL2B``.
    version
        Character of the product and its version, as in its name.
    cloud_share
        Share of the tile under clouds.
    cuts
        Edges of the data.
    """

    tile: DemoTile
    time: datetime.datetime
    satellite: str
    version: str
    cloud_share: float
    cuts: tuple[Cut, ...]

    @property
    def product(self) -> str:
        """Name of the product as MUSCATE writes it."""
        milliseconds = self.time.microsecond // 1000
        stamp = f"{self.time:%Y%m%d-%H%M%S}-{milliseconds:03d}"
        return f"{self.satellite}_{stamp}_L2A_{self.tile.name}_{self.version}"

    @property
    def day_of_year(self) -> int:
        """Day of the year from 1."""
        return self.time.timetuple().tm_yday

    @property
    def keys(self) -> tuple[int, int, int]:
        """Numbers that tell this look from all others, for random streams."""
        seconds = self.time.hour * 3600 + self.time.minute * 60 + self.time.second
        return self.time.toordinal(), seconds, self.tile.relative_orbit

    @property
    def sun_zenith_azimuth_deg(self) -> tuple[float, float]:
        """Angles of the sun from the usual approximation of its declination, on the Greenwich meridian."""
        declination = np.radians(-23.44) * np.cos(2 * np.pi * (self.day_of_year + 10) / 365.25)
        hour_angle = np.radians(15 * (self.time.hour + self.time.minute / 60 - 12))
        latitude = np.radians(CENTRE_LATITUDE)
        up = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
        east = -np.cos(declination) * np.sin(hour_angle)
        north = np.cos(latitude) * np.sin(declination) - np.sin(latitude) * np.cos(declination) * np.cos(hour_angle)
        return float(np.degrees(np.arccos(up))), float(np.degrees(np.arctan2(east, north)) % 360)


def plan_observations(tile: DemoTile, seed: int, year: int) -> tuple[Observation, ...]:
    """Return the looks at a tile in a year, sorted by time: 15 dates, one of them seen twice."""
    rng = generator(seed, Stream.PASSES, year, tile.relative_orbit)
    days = _choose(_overpasses(tile, year), rng)
    cloud_shares = draw_cloud_shares(days, rng)
    observations = [_observation(tile, day, share, rng) for day, share in zip(days, cloud_shares, strict=True)]
    for index in SWATH_EDGE_DATES:
        observations[index] = replace(observations[index], cuts=(_swath_edge(tile, rng),))
    clearest = min(TWIN_CANDIDATES, key=lambda index: observations[index].cloud_share)
    observations[clearest : clearest + 1] = _split_along_track(observations[clearest], rng)
    return tuple(observations)


def _overpasses(tile: DemoTile, year: int) -> list[datetime.date]:
    """Return every day on which one of the two satellites passes, five days apart."""
    first = datetime.date(year, 1, 1)
    all_days = [first + datetime.timedelta(days=number) for number in range(365)]
    return [day for day in all_days if ((day - CYCLE_START).days - tile.phase_days) % (CYCLE_DAYS // 2) == 0]


def _choose(days: list[datetime.date], rng: np.random.Generator) -> list[datetime.date]:
    """Return one day from each of as many stretches of the year as there are dates."""
    edges = np.linspace(0, len(days), DATES_PER_YEAR + 1).astype(int)
    return [days[rng.integers(begin, end)] for begin, end in pairwise(edges)]


def draw_cloud_shares(days: list[datetime.date], rng: np.random.Generator) -> list[float]:
    """Return cloud cover per date: the same distribution every year, the worst more often in winter."""
    quantiles = np.clip(1.12 * ((np.arange(len(days)) + 0.4) / len(days)) ** 3.6, 0, 1)
    winter = np.array([np.cos(2 * np.pi * day.timetuple().tm_yday / 365) for day in days])
    rank = np.argsort(np.argsort(winter + 0.7 * rng.standard_normal(len(days))))
    return [float(share) for share in quantiles[rank]]


def _observation(tile: DemoTile, day: datetime.date, cloud_share: float, rng: np.random.Generator) -> Observation:
    phase = ((day - CYCLE_START).days - tile.phase_days) % CYCLE_DAYS
    moment = datetime.datetime.combine(day, datetime.time(*tile.overpass))
    moment += datetime.timedelta(milliseconds=int(rng.integers(-4000, 4000)))
    version = VERSIONS[int(rng.random() < 0.25)]
    return Observation(tile, moment, "SENTINEL2B" if phase else "SENTINEL2A", version, cloud_share, ())


def _swath_edge(tile: DemoTile, rng: np.random.Generator) -> Cut:
    """Return an edge parallel to the track, on the side of the tile that its orbit hardly reaches."""
    side_deg = 90.0 if tile.relative_orbit == 51 else -90.0
    return Cut((TRACK_AZIMUTH_DEG + 180 + side_deg) % 360, float(rng.uniform(0.0, 0.32)))


def _split_along_track(observation: Observation, rng: np.random.Generator) -> list[Observation]:
    """Return the look as two products: downlink ended within the tile and the rest came as another one."""
    middle, overlap = rng.uniform(-0.15, 0.15), 0.12
    north = replace(observation, cuts=(*observation.cuts, Cut(TRACK_AZIMUTH_DEG, middle + overlap)))
    opposite_deg = (TRACK_AZIMUTH_DEG + 180) % 360
    south = replace(
        observation, time=observation.time + TWIN_DELAY, cuts=(*observation.cuts, Cut(opposite_deg, overlap - middle))
    )
    return [north, south]
