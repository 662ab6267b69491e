"""Resource estimates: memory and time that jobs request from a cluster, from what is known before they start.

The numbers are those of ``benchmarks/README.md``. This module is pure arithmetic, imported only by the Snakefile.
"""

import csv
import math
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from landloom.core.memory import BASE_MB, BYTES_PER_PIXEL, samples_bytes
from landloom.geo.window_shapes import Extent, written_pixels
from landloom.jobs.job import SPAWNED_MB
from landloom.jobs.known_work import Work, size_mb
from landloom.maps.layers import block_bytes
from landloom.models.costs import PredictionCost, TrainingCost
from landloom.models.forest.settings import SUFFIX as FOREST_SUFFIX
from landloom.sar.costs import times_finer
from landloom.timeseries.settings import TRAITS
from landloom.training.registry import TRAINERS, costs_module

READING_US, FILLING_US = 0.08, 0.02
"""Microseconds of a core, for a pixel and look."""

ANNUAL_US = 0.04
"""The same for a band of an annual image: 0.02 to 0.04 measured on 64 bands of int8, by whether zones differ."""

MOSAIC_SECONDS = 12.0
"""Seconds for a full tile and band."""

VECTORS_SECONDS = 240.0
"""Core seconds for a full tile: regularised, or made polygons of."""

VECTORS_MB, VECTORS_MB_OF_THREAD = 1000, 1000
"""Memory of a vector map: interpreter, kernels and open patches; and a cell in the hands of a thread."""

COMPARISON_SECONDS = 1.0
"""Core seconds for the reference pixels of a full tile, and for its map at these."""

CLASSES = 20
"""Bands of a probability map, where the classes are not known yet."""

SAMPLE_BYTES = 1.5
"""Bytes of a feature of a sample in a file."""

TREES = 100
"""Trees of a frozen forest."""

TRAINING_COSTS: dict[str, TrainingCost] = {
    name: cost for family in TRAINERS for name, cost in costs_module(family).TRAINING.items()
}
"""By the name of the classifier; those of others are as :class:`~landloom.models.costs.TrainingCost` has them."""

PREDICTION_COSTS: dict[str, PredictionCost] = {
    suffix: cost for family in TRAINERS for suffix, cost in costs_module(family).PREDICTION.items()
}
"""By the suffix of the model's file."""

FOREST_US = PREDICTION_COSTS[FOREST_SUFFIX].us_per_100_trees
"""Microseconds of a core, for a pixel and 100 trees."""


WRITING_US = 0.02
"""Core microseconds for writing a feature of a pixel."""

PREPARING_US = 0.03
"""Core microseconds for making and writing a band of a pixel of a copy."""

PREPARED_BYTES = 1.4
"""Bytes of a pixel and band of a prepared image on the disk: speckle of radar, clear optical images (1.3)."""

PREPARED_ROWS, KEPT_OF_IMAGE_MB = 512, 300
"""Rows of a copy that are read at a time, and memory of decoded blocks that the next ones need."""

GEOCODING_US = 0.5
"""Core microseconds for a pixel of a radar image: heights, geometry, areas, masks, two polarisations."""

GEOCODED_BYTES, GEOCODED_MARGIN_PX, GEOCODED_STRIP_MB = 80, 400, 500
"""Bytes of a pixel of the rows that are geocoded and masked at a time, pixels around a tile that fall on it or shade
it, and memory of the least that is geocoded."""

SEGMENTING_US = 0.01
"""Core microseconds for a number of a pixel, each time that it chooses its superpixel."""

SAFETY = 4
"""Safety factor for slow disks, busy nodes and old processors: a terminated job costs more than unused time."""

BLOCKS_OF_JPEG_2000 = [(1024, 1024), (1280, 1280)]
"""Rows and columns of blocks in pixels of the grid, for bands of 10 m and of 20 m."""

START_MINUTES = 15
"""Minutes for waiting for compilation by another job, and for loading code from a slow file system."""

WINDOW_PX = 2**18
"""Two dozen rows of a full tile: a window with little repeated decoding."""


def minutes(core_seconds: float, threads: int = 1) -> int:
    """Return the minutes to request."""
    return START_MINUTES + math.ceil(SAFETY * core_seconds / threads / 60)


def asked_mb(needed_mb: float, attempt: int, spawned: bool) -> int:
    """Return the memory to ask for: as much more with every attempt.

    Parameters
    ----------
    spawned : bool
        Whether two Snakemakes lie around the job and count as its memory, as on a cluster.
    """
    return int(needed_mb) * attempt + (SPAWNED_MB if spawned else 0)


def asked_minutes(needed_minutes: int, attempt: int) -> int:
    """Return the time to ask for: as much more with every attempt."""
    return needed_minutes * attempt


def shared_threads(jobs: int, most: int, cores: int | None) -> int:
    """Return the threads of each of several jobs of a kind.

    Jobs side by side make better use of few cores than threads within jobs do.

    Parameters
    ----------
    cores : int or None
        Of the machine that all jobs share; None where each has cores of its own.
    """
    return max(1, min(most, cores // jobs)) if cores else most


def reading_seconds(work: Work) -> float:
    """Return the core seconds for reading all acquisitions of a tile."""
    return work.pixel_observations * READING_US / 1e6


def annual_seconds(work: Work, bands: int) -> float:
    """Return the core seconds for reading some bands of an annual image, which are decoded and resampled together."""
    return work.pixels * bands * ANNUAL_US / 1e6


def mapping_seconds(work: Work, trees: int, method: str = "linear") -> float:
    """Return the core seconds for gap filling and prediction of a tile, without reading."""
    filling_us = work.pixel_observations * FILLING_US * TRAITS[method].cost
    return (filling_us + work.pixels * FOREST_US * trees / 100) / 1e6


def writing_seconds(work: Work, features: int, method: str) -> float:
    """Return the core seconds for computing and writing the features of a tile."""
    filling_us = work.pixel_observations * FILLING_US * TRAITS[method].cost
    return (filling_us + work.pixels * features * WRITING_US) / 1e6


def segmenting_seconds(work: Work, comparisons: float) -> float:
    """Return the core seconds for superpixels, by how often a number of a pixel is compared with others."""
    return work.pixels * comparisons * SEGMENTING_US / 1e6


def blocks_in_strips(columns: int) -> list[tuple[int, int]]:
    """Return the rows and columns of blocks that are strips, in pixels of the grid: of its bands and coarser ones."""
    return [(1, columns), (2, columns)]


def preparing_mb(columns: int, bands: int, at_once: int) -> int:
    """Return the memory of a job that copies images: of each a row of blocks, as read, and blocks for the next."""
    row_mb = PREPARED_ROWS * columns * (2 * bands + 9) / 1e6
    return BASE_MB + math.ceil(at_once * (row_mb + KEPT_OF_IMAGE_MB))


def preparing_seconds(work: Work, bands: int) -> float:
    """Return the core seconds for compressing copies of all images, beside reading these."""
    return work.pixel_observations * bands * PREPARING_US / 1e6


def prepared_mb(values: int) -> float:
    """Return the disk that prepared images take, by the number of their pixels in all bands."""
    return values * PREPARED_BYTES / 1e6


def geocoding_mb(work: Work) -> int:
    """Return the memory of a job that brings radar images onto a grid: a strip's geometry, and sums of areas.

    Margins are those of mountains.
    """
    wide = work.columns * times_finer(work.pixel_m) + 2 * GEOCODED_MARGIN_PX
    strip_mb = (PREPARED_ROWS + GEOCODED_MARGIN_PX) * wide * GEOCODED_BYTES / 1e6
    return BASE_MB + math.ceil(max(strip_mb, GEOCODED_STRIP_MB) + 6 * wide**2 / 1e6)


def geocoding_seconds(work: Work) -> float:
    """Return the core seconds for bringing radar images onto a grid, all polarisations."""
    return work.pixel_observations * times_finer(work.pixel_m) ** 2 * GEOCODING_US / 1e6


def windows_mb(pixels: int, bytes_per_pixel: int) -> int:
    """Return the memory of a job with windows of the given number of pixels."""
    return BASE_MB + math.ceil(pixels * bytes_per_pixel / 1e6)


def affordable_pixels(memory_mb: int, bytes_per_pixel: int) -> int:
    """Return the number of pixels of a window within the given memory."""
    return int((memory_mb - BASE_MB) * 1e6 / bytes_per_pixel)


def blocks_mb(tile: Extent, layers: Collection[str], classes: int) -> int:
    """Return the memory of output blocks of layers; one of several runs counts once for each."""
    return math.ceil(written_pixels(tile) * block_bytes(layers, classes) / 1e6)


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


def mosaic_seconds(tiles: float, bands: int) -> float:
    """Return the seconds for a mosaic of full tiles."""
    return tiles * bands * MOSAIC_SECONDS


def vectors_mb(threads: int) -> int:
    """Return the memory of a job that regularises a map or makes polygons of it, a cell in each thread."""
    return VECTORS_MB + threads * VECTORS_MB_OF_THREAD


def vectors_seconds(tiles: float) -> float:
    """Return the core seconds of such a job for full tiles."""
    return tiles * VECTORS_SECONDS


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
        cost = _prediction_cost(path)
        slowest = max(slowest, cost.us + cost.us_per_mb * size_mb([path]) - cost.us_per_100_trees * trees / 100)
    return work.pixels * slowest / 1e6


def _prediction_cost(path: str) -> PredictionCost:
    """Return what a model takes, by the suffix of its file: of a suffix that no family has, as much as any."""
    dearest = max(PREDICTION_COSTS.values(), key=lambda cost: cost.us_per_mb)
    return PREDICTION_COSTS.get(Path(path).suffix, dearest)


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
    cost = TRAINING_COSTS.get(classifier, TrainingCost())
    return (samples_mb * cost.seconds_per_mb * trees / 100 + samples_mb**2 * cost.seconds_per_mb2) * trainings


def training_mb(samples_mb: float, classifier: str) -> float:
    """Return the memory of training: forests take integers, other classifiers floating point numbers and copies."""
    return max(4000, 1500 + TRAINING_COSTS.get(classifier, TrainingCost()).memory_per_mb * samples_mb)


def table_mb(series_mb: float) -> float:
    """Return the memory of reading a table of series: numbers of two bytes, packed in its file, become of eight."""
    return 500 + 60 * series_mb


def drawing_mb(candidates_mb: float) -> float:
    """Return the memory of drawing samples: 107 bytes for a pixel that takes 1.5 bytes in files, plus an overhead."""
    return max(4000, 1000 + 80 * candidates_mb)


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
    return samples_bytes(min(most, drawn_samples(counts)), features) / 1e6


def drawn_samples(counts: Iterable[str]) -> int:
    """Return the number of samples of all classes, regions and runs by tables as in :func:`counted_samples`."""
    drawn = 0
    for path in filter(Path.is_file, map(Path, counts)):
        with path.open(encoding="utf-8", newline="") as file:
            drawn += sum(int(row["samples"]) for row in csv.DictReader(file))
    return drawn


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
