"""Tables of earlier jobs, as far as they tell how much work a job has: read while Snakemake plans."""

import csv
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from landloom.geo.window_shapes import Extent

RESULTS = 50
"""Of functions of the user's own, until they have been tried."""


FEATURES = 500
"""Of a year of Sentinel-2 with some indices."""


ACQUISITIONS_OF_A_YEAR = 70
"""Of one satellite pair where swaths overlap: what an archive is taken for that is not there yet."""


FULL_TILE_PX = 10980**2
"""Of Sentinel-2: what a tile is taken for as long as its grid is not known."""


@dataclass(frozen=True)
class Work:
    """How large a tile is, and how many times it is seen."""

    pixels: int = FULL_TILE_PX
    observations: int = ACQUISITIONS_OF_A_YEAR
    columns: int = 10980

    @property
    def extent(self) -> Extent:
        """Return the rows and columns of the tile."""
        return Extent(max(self.pixels // self.columns, 1), self.columns)

    @property
    def pixel_observations(self) -> int:
        """Return how many pixels of all looks there are."""
        return self.pixels * self.observations


def work_of_tile(table: Path | str, grid: Path | str) -> Work:
    """Return the work that a surveyed tile makes; that of a full one as long as its survey is not there."""
    try:
        size = json.loads(Path(grid).read_text(encoding="utf-8"))
        observations = len(Path(table).read_text(encoding="utf-8").splitlines()) - 1
        return Work(size["rows"] * size["columns"], max(observations, 1), size["columns"])
    except (OSError, ValueError, KeyError):
        return Work()


def features_listed(dates: Path | str, per_date: Mapping[str, int]) -> int:
    """Return how many features sensors have at most, going by ``dates.json``; a guess without it.

    Parameters
    ----------
    per_date : dict of sensor: int
        Features that each has on a date.
    """
    try:
        outputs = json.loads(Path(dates).read_text(encoding="utf-8"))
        return sum(len(outputs[sensor]) * number for sensor, number in per_date.items())
    except (OSError, ValueError, TypeError, KeyError):
        return FEATURES


def longest_series(dates: Path | str, observations: int) -> int:
    """Return how many dates the longest array has that a function of the user's own may ask for.

    Parameters
    ----------
    dates : path
        ``dates.json``; without it, the looks count alone.
    observations : int
        Of all sensors.
    """
    try:
        outputs = json.loads(Path(dates).read_text(encoding="utf-8"))
        return max(observations, *map(len, outputs.values()))
    except (OSError, ValueError, TypeError, AttributeError):
        return observations


def results_listed(path: Path | str) -> int:
    """Return how many results functions of the user's own have, by ``functions.json``; a guess without it."""
    try:
        return sum(map(len, json.loads(Path(path).read_text(encoding="utf-8")).values()))
    except (OSError, ValueError, TypeError, AttributeError):
        return RESULTS


def counted_samples(tables: Iterable[str], regions: Collection[str], run: str) -> dict[str, int]:
    """Return the samples of each class that are drawn in some regions and a run.

    Parameters
    ----------
    tables : iterable of path
        With the columns ``region``, ``run``, ``code`` and ``samples``; those that are not there yet hold nothing.
    """
    counts: Counter[str] = Counter()
    for path in filter(Path.is_file, map(Path, tables)):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["region"] in regions and row["run"] == run:
                    counts[row["code"]] += int(row["samples"])
    return dict(counts)


def series_bytes(table: Path | str, bands: Mapping[str, int]) -> int:
    """Return how much memory all looks at a pixel take: of each, two bytes for a band and one for its validity.

    Parameters
    ----------
    table : path
        ``acquisitions.csv``; without it, each sensor is taken to look as often as a satellite pair does in a year.
    bands : dict of sensor: int
        Number of bands of each.
    """
    try:
        with Path(table).open(encoding="utf-8", newline="") as file:
            observations = Counter(row["sensor"] for row in csv.DictReader(file) if row["status"] == "used")
    except (OSError, ValueError, KeyError, csv.Error):
        observations = Counter(dict.fromkeys(bands, ACQUISITIONS_OF_A_YEAR))
    return sum(observations[sensor] * (2 * number + 1) for sensor, number in bands.items())


def size_mb(paths: Iterable[str]) -> float:
    """Return the size of files, as far as they are there."""
    return sum(path.stat().st_size for path in map(Path, paths) if path.is_file()) / 1e6
