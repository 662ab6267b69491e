"""Tables of earlier jobs, as far as they tell how much work a job has: read while Snakemake plans."""

import csv
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from landloom.geo.window_shapes import Extent

RESULTS = 50
"""Results of user-defined functions before their trial."""


FEATURES = 500
"""Features of a year of Sentinel-2 with some indices."""


ACQUISITIONS_OF_A_YEAR = 70
"""Acquisitions per year of one satellite pair with overlapping swaths, assumed for a missing archive."""


FULL_TILE_PX = 10980**2
"""Size of a Sentinel-2 tile, assumed as long as a tile's grid is unknown."""


M_PER_DEGREE, LEAST_METRES = 111_000, 0.05
"""Metres of a degree of latitude; pixels with fewer units of their CRS are in degrees, not in metres."""


@dataclass(frozen=True)
class Work:
    """Size of a tile, number of its acquisitions, and side of its pixels in metres, about."""

    pixels: int = FULL_TILE_PX
    observations: int = ACQUISITIONS_OF_A_YEAR
    columns: int = 10980
    pixel_m: float = 10.0

    @property
    def extent(self) -> Extent:
        """Return the rows and columns of the tile."""
        return Extent(max(self.pixels // self.columns, 1), self.columns)

    @property
    def pixel_observations(self) -> int:
        """Return how many pixels of all looks there are."""
        return self.pixels * self.observations


def work_of_tile(table: Path | str, grid: Path | str) -> Work:
    """Return the work of a surveyed tile; that of a full tile before the survey."""
    try:
        size = json.loads(Path(grid).read_text(encoding="utf-8"))
        observations = len(Path(table).read_text(encoding="utf-8").splitlines()) - 1
        pixel_m = float(size["resolution"]) * (M_PER_DEGREE if size["resolution"] < LEAST_METRES else 1)
        return Work(size["rows"] * size["columns"], max(observations, 1), size["columns"], pixel_m)
    except (OSError, ValueError, KeyError):
        return Work()


def features_listed(dates: Path | str, per_date: Mapping[str, int]) -> int:
    """Return the largest number of sensor features by ``dates.json``; a guess without it.

    Parameters
    ----------
    per_date : dict of sensor: int
        Number of features of each sensor per date.
    """
    try:
        outputs = json.loads(Path(dates).read_text(encoding="utf-8"))
        return sum(len(outputs[sensor]) * number for sensor, number in per_date.items())
    except (OSError, ValueError, TypeError, KeyError):
        return FEATURES


def longest_series(dates: Path | str, observations: int) -> int:
    """Return the number of dates of the longest array that a user-defined function can request.

    Parameters
    ----------
    dates : path
        ``dates.json``; without it, only acquisitions count.
    observations : int
        Number of acquisitions of all sensors.
    """
    try:
        outputs = json.loads(Path(dates).read_text(encoding="utf-8"))
        return max(observations, *map(len, outputs.values()))
    except (OSError, ValueError, TypeError, AttributeError):
        return observations


def results_listed(path: Path | str) -> int:
    """Return the number of results of user-defined functions by ``functions.json``; a guess without it."""
    try:
        return sum(map(len, json.loads(Path(path).read_text(encoding="utf-8")).values()))
    except (OSError, ValueError, TypeError, AttributeError):
        return RESULTS


def counted_samples(tables: Iterable[str], regions: Collection[str], run: str) -> dict[str, int]:
    """Return the number of drawn samples of each class in some regions and a run.

    Parameters
    ----------
    tables : iterable of path
        With the columns ``region``, ``run``, ``code`` and ``samples``; missing tables count as empty.
    """
    counts: Counter[str] = Counter()
    for path in filter(Path.is_file, map(Path, tables)):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["region"] in regions and row["run"] == run:
                    counts[row["code"]] += int(row["samples"])
    return dict(counts)


def observations_of(table: Path | str, sensors: Iterable[str]) -> Counter[str]:
    """Return the number of used acquisitions of each sensor; those of a satellite pair in a year before the survey.

    Parameters
    ----------
    table : path
        ``acquisitions.csv``.
    sensors : iterable of str
    """
    try:
        with Path(table).open(encoding="utf-8", newline="") as file:
            return Counter(row["sensor"] for row in csv.DictReader(file) if row["status"] == "used")
    except (OSError, ValueError, KeyError, csv.Error):
        return Counter(dict.fromkeys(sensors, ACQUISITIONS_OF_A_YEAR))


def series_bytes(table: Path | str, bands: Mapping[str, int], held: Mapping[str, int] | None = None) -> int:
    """Return the memory of all observations of a pixel: two bytes for each band, one for validity, what readers hold.

    Parameters
    ----------
    table : path
        As :func:`observations_of` takes it.
    bands : dict of str: int
        Number of bands of each sensor.
    held : dict of str: int, optional
        Memory of each observation while it is read, beside its values.
    """
    observations, more = observations_of(table, bands), held or {}
    return sum(observations[sensor] * (2 * number + 1 + more.get(sensor, 0)) for sensor, number in bands.items())


def size_mb(paths: Iterable[str]) -> float:
    """Return the size of the existing files."""
    return sum(path.stat().st_size for path in map(Path, paths) if path.is_file()) / 1e6
