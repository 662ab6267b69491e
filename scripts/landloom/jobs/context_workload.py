"""Memory and time of jobs of superpixels and auto-context, beside those of all jobs: arithmetic for the Snakefile."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from landloom.core.memory import samples_bytes
from landloom.geo import window_shapes
from landloom.jobs import known_work, resources
from landloom.jobs.workload import Files, Workload
from landloom.objects.strip_shapes import Segmentation

WINDOW_ROWS = 128
"""Rows of a window as wide as the tile: with fewer, most of what is read would be read for others, too."""

UNPACKED = 4
"""Times that a table of features takes more memory than its file, at most."""


@dataclass(frozen=True)
class ContextWorkload:
    """What memory and time of these jobs depend on.

    Attributes
    ----------
    workload : Workload
        Of all jobs.
    segmentation : Segmentation
    iterations : int
        Of auto-context; 0 without it.
    context_pixels : int
        Pixels of a superpixel around samples whose features are kept, at most.
    reach_px : int
        How far superpixels reach beyond a window that they touch.
    """

    workload: Workload
    segmentation: Segmentation
    iterations: int
    context_pixels: int
    reach_px: int

    def superpixels_mb(self, files: Files) -> float:
        """Return the memory of finding superpixels: that of a series, and of strips of the tile."""
        columns = known_work.work_of_tile(files.table, files.grid).columns
        return self.workload.making_mb(files) + math.ceil(self.segmentation.strip_bytes(columns) / 1e6)

    def superpixels_seconds(self, files: Files) -> float:
        """Return the time of finding superpixels: features once, and the strips with their margins."""
        work = known_work.work_of_tile(files.table, files.grid)
        segmenting = resources.segmenting_seconds(work, self.segmentation.comparisons)
        return self.workload.samples_seconds(files) + segmenting

    def samples_mb(self, files: Files, counts: str) -> float:
        """Return the memory of a tile's samples and of the pixels around them: at most all of the tile's."""
        features = self.workload.number_of_features(files)
        drawn = resources.drawn_samples([counts])
        pixels = min(drawn * self.context_pixels, known_work.work_of_tile(files.table, files.grid).pixels)
        read_and_parted = 2 * samples_bytes(pixels, features) / 1e6
        return self.workload.samples_mb(files, counts) + read_and_parted

    def training_mb(self, files: Iterable[str], context: Iterable[str], times: float = 1.0) -> float:
        """Return the memory of training; ``context`` are the tables of pixels around samples."""
        return self.workload.training_mb(files, times) + UNPACKED * known_work.size_mb(context)

    def training_seconds(self, files: Iterable[str], times: float = 1.0) -> float:
        """Return the time of training: a model for each iteration, of all samples and of each half of them."""
        return 2 * (self.iterations + 1) * self.workload.training_seconds(files, times)

    def classification_mb(self, files: Files) -> float:
        """Return the memory of a tile's maps: windows have many more rows than superpixels reach beyond them."""
        mapping = self._mapping
        columns = known_work.work_of_tile(files.table, files.grid).columns
        pixels = min((WINDOW_ROWS + 2 * mapping.margin_px) * columns, window_shapes.MOST_PIXELS)
        windows_mb = resources.windows_mb(pixels, mapping.pixel_bytes(files))
        return mapping.classification_mb(files) + max(windows_mb - mapping.making_mb(files), 0)

    def classification_seconds(self, files: Files) -> float:
        """Return the time of a tile's maps: all pixels around a window are classified with it, once an iteration."""
        return self._mapping.classification_seconds(files)

    @property
    def _mapping(self) -> Workload:
        """Return the workload of windows with whole superpixels, and of the models of all iterations."""
        plain = self.workload
        trees = plain.trees * (self.iterations + 1)
        return replace(plain, margin_px=plain.margin_px + self.reach_px, trees=trees)
