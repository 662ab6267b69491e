"""Resource estimates: memory and time that jobs request from a cluster, from what is known before they start.

The numbers are those of ``benchmarks/README.md``. This module is pure arithmetic, imported only by the Snakefile.
"""

import csv
import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landloom.core.memory import BASE_MB, BYTES_PER_PIXEL, samples_bytes
from landloom.geo.window_shapes import OUTPUT_BLOCK_PX as BLOCK
from landloom.geo.window_shapes import Extent
from landloom.maps.layers import block_bytes
from landloom.timeseries.settings import METHOD_COSTS

FULL_TILE_PX = 10980**2
"""Size of a Sentinel-2 tile, assumed as long as a tile's grid is unknown."""

ACQUISITIONS_OF_A_YEAR = 70
"""Acquisitions per year of one satellite pair with overlapping swaths, assumed for a missing archive."""

READING_US, FILLING_US, FOREST_US = 0.08, 0.02, 4.0
"""Microseconds of a core: for a pixel and observation the first two, for a pixel and 100 trees the last."""

MOSAIC_SECONDS = 12.0
"""Seconds for a full tile and band."""

CLASSES = 20
"""Bands of a probability map."""

TREES = 100
"""Trees of a frozen forest."""

FOREST_US_PER_MB, ESTIMATOR_US, ESTIMATOR_US_PER_MB = 0.8, 5.0, 35.0
"""Microseconds of a core for a pixel: in large forests for a megabyte of model; of other classifiers, and for a
megabyte of support vectors, the slowest of what models hold."""

TRAINING_SECONDS = 10.0
"""Core seconds for a megabyte of samples and 100 trees, or for another classifier that is not listed below."""

TRAINING_SECONDS_OF = {
    "GradientBoostingClassifier": 40.0,
    "HistGradientBoostingClassifier": 20.0,
    "MLPClassifier": 20.0,
    "SGDClassifier": 20.0,
}
"""The same for slower classifiers."""

PAIRS_SECONDS = 0.1
"""Core seconds for the square of a megabyte of samples, for classifiers that compare all pairs of samples."""

OF_PAIRS = frozenset({"NuSVC", "SVC"})

FEATURES = 500
"""Features of a year of Sentinel-2 with some indices."""

RESULTS = 50
"""Results of user-defined functions before their trial."""

WRITING_US = 0.02
"""Core microseconds for writing a feature of a pixel."""

SAFETY = 4
"""Safety factor for slow disks, busy nodes and old processors: a terminated job costs more than unused time."""

BLOCKS_OF_JPEG_2000 = [(1024, 1024), (1280, 1280)]
"""Rows and columns of blocks in pixels of the grid, for bands of 10 m and of 20 m."""

START_MINUTES = 15
"""Minutes for waiting for compilation by another job, and for loading code from a slow file system."""

WINDOW_PX = 2**18
"""Two dozen rows of a full tile: a window with little repeated decoding."""


@dataclass(frozen=True)
class Work:
    """Size of a tile and number of its acquisitions."""

    pixels: int = FULL_TILE_PX
    observations: int = ACQUISITIONS_OF_A_YEAR
    columns: int = 10980

    @property
    def extent(self) -> Extent:
        """Return the rows and columns of the tile."""
        return Extent(max(self.pixels // self.columns, 1), self.columns)

    @property
    def pixel_observations(self) -> int:
        """Return the number of pixels of all acquisitions."""
        return self.pixels * self.observations


def work_of_tile(table: Path | str, grid: Path | str) -> Work:
    """Return the work of a surveyed tile; that of a full tile before the survey."""
    try:
        size = json.loads(Path(grid).read_text(encoding="utf-8"))
        observations = len(Path(table).read_text(encoding="utf-8").splitlines()) - 1
        return Work(size["rows"] * size["columns"], max(observations, 1), size["columns"])
    except (OSError, ValueError, KeyError):
        return Work()


def minutes(core_seconds: float, threads: int = 1) -> int:
    """Return the minutes to request."""
    return START_MINUTES + math.ceil(SAFETY * core_seconds / threads / 60)


def reading_seconds(work: Work) -> float:
    """Return the core seconds for reading all acquisitions of a tile."""
    return work.pixel_observations * READING_US / 1e6


def mapping_seconds(work: Work, trees: int, method: str = "linear") -> float:
    """Return the core seconds for gap filling and prediction of a tile, without reading."""
    filling_us = work.pixel_observations * FILLING_US * METHOD_COSTS[method]
    return (filling_us + work.pixels * FOREST_US * trees / 100) / 1e6


def writing_seconds(work: Work, features: int, method: str) -> float:
    """Return the core seconds for computing and writing the features of a tile."""
    filling_us = work.pixel_observations * FILLING_US * METHOD_COSTS[method]
    return (filling_us + work.pixels * features * WRITING_US) / 1e6


def blocks_in_strips(columns: int) -> list[tuple[int, int]]:
    """Return the rows and columns of blocks that are strips, in pixels of the grid: of its bands and coarser ones."""
    return [(1, columns), (2, columns)]


def windows_mb(pixels: int, bytes_per_pixel: int) -> int:
    """Return the memory of a job with windows of the given number of pixels."""
    return BASE_MB + math.ceil(pixels * bytes_per_pixel / 1e6)


def affordable_pixels(memory_mb: int, bytes_per_pixel: int) -> int:
    """Return the number of pixels of a window within the given memory."""
    return int((memory_mb - BASE_MB) * 1e6 / bytes_per_pixel)


def blocks_mb(columns: int, layers: Collection[str]) -> int:
    """Return the memory of blocks of a map's layers as wide as a tile."""
    return math.ceil(BLOCK * columns * block_bytes(layers, CLASSES) / 1e6)


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


def function_bytes(held_series: int, longest: int, results: int) -> int:
    """Return the memory of user-defined functions per pixel.

    Parameters
    ----------
    held_series : int
        Number of float32 arrays in memory at a time.
    longest : int
        Dates of the longest array.
    results : int
        Numbers of eight bytes that all functions return, and which then become features.
    """
    return 4 * held_series * longest + 10 * results


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


def mosaic_seconds(tiles: int, bands: int) -> float:
    """Return the seconds for a mosaic of full tiles."""
    return tiles * bands * MOSAIC_SECONDS


def predicting_seconds(work: Work, models: Iterable[str], trees: int) -> float:
    """Return the core seconds for predictions in a tile, in addition to :func:`mapping_seconds`.

    Parameters
    ----------
    models : iterable of path
        Missing models count as small.
    trees : int
        Trees of a forest, which :func:`mapping_seconds` has counted.
    """
    slowest = 0.0
    for path in models:
        size = size_mb([path])
        if str(path).endswith(".npz"):
            slowest = max(slowest, FOREST_US_PER_MB * size - FOREST_US * trees / 100)
        else:
            slowest = max(slowest, ESTIMATOR_US + ESTIMATOR_US_PER_MB * size)
    return work.pixels * slowest / 1e6


def training_seconds(samples_mb: float, classifier: str, trees: int, trainings: int) -> float:
    """Return the core seconds for training a classifier.

    Parameters
    ----------
    classifier : str
        Name of scikit-learn's class.
    trees : int
        Trees of a forest; 100 for others.
    trainings : int
        Number of fits, including those of the parameter search.
    """
    seconds = samples_mb * TRAINING_SECONDS_OF.get(classifier, TRAINING_SECONDS) * trees / 100
    seconds += samples_mb**2 * PAIRS_SECONDS * (classifier in OF_PAIRS)
    return seconds * trainings


def training_mb(samples_mb: float, forest: bool) -> float:
    """Return the memory of training: forests take integers, other classifiers floating point numbers and copies."""
    return max(4000, 1500 + (4 if forest else 20) * samples_mb)


def drawing_mb(candidates_mb: float) -> float:
    """Return the memory of drawing samples: 107 bytes for a pixel that takes 1.5 bytes in files, plus an overhead."""
    return max(4000, 1000 + 80 * candidates_mb)


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


def drawn_mb(candidates: Path | str, counts: Iterable[str], features: int) -> float:
    """Return an upper bound of the memory of a tile's drawn samples.

    Parameters
    ----------
    candidates : path
        Candidates of the tile; a pixel takes at least a byte in the file.
    counts : iterable of path
        Tables as in :func:`counted_samples`.
    features : int
    """
    most = math.ceil(1e6 * size_mb([str(candidates)]))
    drawn = 0
    for path in filter(Path.is_file, map(Path, counts)):
        with path.open(encoding="utf-8", newline="") as file:
            drawn += sum(int(row["samples"]) for row in csv.DictReader(file))
    return samples_bytes(min(most, drawn), features) / 1e6


def with_synthetic_samples(counts: Mapping[str, int], augmentation: Mapping[str, Any]) -> float:
    """Return the largest ratio of samples after and before augmentation.

    Parameters
    ----------
    counts : dict of class: int
    augmentation : dict
        The section `samples.augmentation` of the configuration.
    """
    there = [number for number in counts.values() if number]
    if not there:
        return 1.0
    if augmentation["amount"] == "per_class":
        with Path(augmentation["numbers"]).open(encoding="utf-8-sig", newline="") as file:
            made = sum(int(row["number"]) for row in csv.DictReader(file))
    else:
        least = max(there) if augmentation["amount"] == "balance" else augmentation["number"]
        made = sum(max(least - number, 0) for number in there)
    return 1 + made / sum(there)


def opening_mb(models: Iterable[str]) -> float:
    """Return the additional memory of a job while it opens the largest of its models.

    Checking the nodes of a forest takes three times its size in addition (measured: 1700 MB for 416).
    """
    return BASE_MB + 3.2 * max((size_mb([path]) for path in models), default=0.0)


def series_mb(series_bytes: int) -> int:
    """Return the memory of a job with two windows of a series, with the given bytes per pixel."""
    return BASE_MB + math.ceil(WINDOW_PX * (2 * series_bytes + BYTES_PER_PIXEL) / 1e6)


def series_bytes(table: Path | str, bands: Mapping[str, int]) -> int:
    """Return the memory of all observations of a pixel: two bytes for each band and one for validity.

    Parameters
    ----------
    table : path
        ``acquisitions.csv``; without it, each sensor is assumed to have the yearly acquisitions of a satellite pair.
    bands : dict of sensor: int
        Number of bands of each sensor.
    """
    try:
        with Path(table).open(encoding="utf-8", newline="") as file:
            observations = Counter(row["sensor"] for row in csv.DictReader(file) if row["status"] == "used")
    except (OSError, ValueError, KeyError, csv.Error):
        observations = Counter(dict.fromkeys(bands, ACQUISITIONS_OF_A_YEAR))
    return sum(observations[sensor] * (2 * number + 1) for sensor, number in bands.items())


def size_mb(paths: Iterable[str]) -> float:
    """Return the size of the existing files."""
    return sum(path.stat().st_size for path in map(Path, paths) if path.is_file()) / 1e6
