"""Memory and time of each kind of job, from what the configuration and the job's files say of its work.

Nothing but arithmetic on top of :mod:`landloom.jobs.resources`: no job imports this, only the Snakefile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from landloom.core.memory import BYTES_PER_PIXEL
from landloom.geo import window_shapes
from landloom.jobs import known_work, resources
from landloom.maps.layers import MOSAICS

READING_MB, READING_TIMES = 2000, 1
READING_MB_OF_JPEG_2000, READING_TIMES_OF_JPEG_2000 = 4600, 5
"""JPEG 2000 comes in blocks of 1024 x 1024 pixels and more; those of all acquisitions have to be in memory, and parts
of blocks that the next windows need, or are decoded again. Decoding them takes about five times as long."""


class Files(Protocol):
    """Inputs of a job that reads a tile's series: of these, each estimate asks for those that its job has."""

    table: Any
    """Acquisitions."""
    grid: Any
    dates: Any
    """Output dates."""
    functions: Any
    """List of the results of the user's functions."""
    models: Any
    candidates: Any
    series: Any
    """Tables of series."""


@dataclass(frozen=True)
class Workload:
    """What of the configuration the memory and time of jobs depend on.

    Attributes
    ----------
    tiles : int
        Number of all tiles.
    regions : list of str
    runs : int
        Number of runs, all of which are mapped by the classification of a tile.
    layers : list of str
        That it writes: of all runs and of a map that they are fused into, so that a layer stands there for each.
    classes : int
        Number of classes.
    bands : dict of sensor: int
        Number of bands.
    features_per_date : dict of sensor: int
        At most.
    features_without_date : int
        Statistics over time, and static rasters.
    static_rasters : int
    method : str
        Of the gap filling.
    classifier : str
        Name of scikit-learn's class; empty for models that were trained before.
    trees : int
        Of a forest.
    trainings : int
        How often a model is trained, in the search for its parameters too.
    folds : int
        Models that cross-validation trains at most.
    fold_samples : int
        Samples of a class that such a model is trained with at most.
    margin_px : int
        Of windows, which functions of the user's own need.
    held_series : int or None
        Arrays of all dates that such functions hold at a time; None without functions.
    jpeg_2000 : bool
        Whether files of archives may be JPEG 2000, or lie behind a network.
    reads_jpeg_2000 : bool
        Whether samples and maps read such files themselves: of some sensor no copies are kept.
    held_bytes : dict of sensor: int
        Memory of a pixel of an observation while it is read, beside its values.
    geocodes : bool
        Whether images of some sensor are geocoded when they are prepared.
    annual_bands : int
        Bands of annual images.
    expected_samples : int
        Of all regions, about, before they are drawn.
    """

    PREPARED_AT_ONCE: ClassVar[int] = 4

    tiles: int
    regions: Sequence[str]
    runs: int
    layers: Sequence[str]
    classes: int
    bands: Mapping[str, int]
    features_per_date: Mapping[str, int]
    features_without_date: int
    static_rasters: int
    method: str
    classifier: str
    trees: int
    trainings: int
    folds: int
    fold_samples: int
    margin_px: int
    held_series: int | None
    jpeg_2000: bool
    reads_jpeg_2000: bool
    held_bytes: Mapping[str, int] = field(default_factory=dict)
    geocodes: bool = False
    annual_bands: int = 0
    expected_samples: int = 0

    @property
    def archive_mb(self) -> int:
        """Return the least memory of a job that reads products."""
        return READING_MB_OF_JPEG_2000 if self.jpeg_2000 else READING_MB

    @property
    def reading_mb(self) -> int:
        """Return the least memory of a job that reads products, or copies of their images."""
        return READING_MB_OF_JPEG_2000 if self.reads_jpeg_2000 else READING_MB

    def archive_seconds(self, work: known_work.Work) -> float:
        """Return the time that a core needs to read all products of a tile once."""
        times = READING_TIMES_OF_JPEG_2000 if self.jpeg_2000 else READING_TIMES
        return times * resources.reading_seconds(work) + resources.annual_seconds(work, self.annual_bands)

    def reading_seconds(self, work: known_work.Work) -> float:
        """Return the time that a core needs to read all images of a tile once: products or copies."""
        times = READING_TIMES_OF_JPEG_2000 if self.reads_jpeg_2000 else READING_TIMES
        return times * resources.reading_seconds(work) + resources.annual_seconds(work, self.annual_bands)

    def survey_seconds(self, products: int, pixels: int) -> float:
        """Return the time of a survey, which reads the masks or, where there are none, all bands.

        Parameters
        ----------
        products, pixels : int
            In the archives, a year's worth where they are not there yet; of the tile.
        """
        return self.archive_seconds(known_work.Work(pixels, products or known_work.ACQUISITIONS_OF_A_YEAR))

    def number_of_features(self, files: Files) -> int:
        """Return how many features there are at most, those of functions among them."""
        number = known_work.features_listed(files.dates, self.features_per_date) + self.features_without_date
        return number + (
            0 if self.held_series is None else known_work.results_listed(getattr(files, "functions", ""))
        )

    def series_mb(self, files: Files) -> int:
        """Return the memory of a job that reads a tile's products, those of all sensors, and makes no features."""
        return max(resources.series_mb(self._series_bytes(files)), self.archive_mb)

    def shifts_seconds(self, files: Files) -> float:
        """Return the time of finding the shifts of a tile's images, all of which are read once."""
        work = _work(files)
        return self.archive_seconds(work) + resources.mapping_seconds(work, 0, self.method)

    def preparing_mb(self, files: Files) -> int:
        """Return the memory of copying images, some at a time."""
        work = _work(files)
        needed = resources.preparing_mb(work.columns, max(self.bands.values()), self.PREPARED_AT_ONCE)
        return max(needed, resources.geocoding_mb(work)) if self.geocodes else needed

    def preparing_seconds(self, files: Files) -> float:
        """Return the time of copying all images."""
        work = _work(files)
        seconds = self.archive_seconds(work) + resources.preparing_seconds(work, max(self.bands.values()))
        return seconds + (resources.geocoding_seconds(work) if self.geocodes else 0)

    def prepared_mb(self, files: Files, sensors: Iterable[str]) -> float:
        """Return the disk that the prepared images of some sensors take."""
        observations = known_work.observations_of(files.table, self.bands)
        bands = sum(observations[sensor] * self.bands[sensor] for sensor in sensors)
        return resources.prepared_mb(_work(files).pixels * bands)

    def making_mb(self, files: Files) -> int:
        """Return the memory of making features of a tile's series."""
        series_mb = max(resources.series_mb(self._series_bytes(files)), self.reading_mb)
        if self.held_series is None and not self.margin_px:
            return series_mb
        return max(series_mb, self._window_mb(files, self.pixel_bytes(files)))

    def trial_mb(self, files: Files) -> int:
        """Return the memory of trying functions on a window of a block, with its margin."""
        pixels = (window_shapes.OUTPUT_BLOCK_PX + 2 * self.margin_px) ** 2
        return max(self.series_mb(files), resources.windows_mb(pixels, self.pixel_bytes(files)))

    def feature_map_mb(self, files: Files) -> int:
        """Return the memory of a tile's map of features, all of which a window has at a time."""
        return max(self.reading_mb, self._window_mb(files, self._feature_pixel_bytes(files)))

    def feature_map_seconds(self, files: Files) -> float:
        """Return the time of a tile's map of features."""
        seconds = self._decoding_seconds(files, self._feature_pixel_bytes(files), window_shapes.STRIP_ROWS)
        return seconds + resources.writing_seconds(_work(files), self.number_of_features(files), self.method)

    def samples_mb(self, files: Files, counts: str) -> float:
        """Return the memory of a tile's samples: that of their features' making, and theirs.

        Parameters
        ----------
        counts : path
            Table of the samples that are drawn; without it, none counts.
        """
        drawn_mb = resources.drawn_mb(files.candidates, [counts], self.number_of_features(files))
        return self.making_mb(files) + drawn_mb

    def table_mb(self, files: Files) -> float:
        """Return the memory of a table of series, which a file holds packed, and of what it is compared with."""
        return self.series_mb(files) + resources.table_mb(known_work.size_mb(files.series))

    def samples_seconds(self, files: Files) -> float:
        """Return the time of a tile's samples, which at worst are everywhere."""
        return self._making_seconds(files) + resources.mapping_seconds(_work(files), 0, self.method)

    def classification_mb(self, files: Files) -> float:
        """Return the memory of a tile's maps: that of a series, and models and layers of all runs."""
        needed = max(self.making_mb(files), resources.opening_mb(files.models)) + known_work.size_mb(files.models)
        return needed + resources.blocks_mb(_work(files).extent, self.layers, self.classes)

    def classification_seconds(self, files: Files) -> float:
        """Return the time of a tile's maps: reading and gap filling once, and the models of each run."""
        work = _work(files)
        seconds = self._making_seconds(files) + resources.mapping_seconds(work, self.runs * self.trees, self.method)
        return seconds + self.runs * resources.predicting_seconds(work, files.models, self.trees)

    def drawing_mb(self, files: Iterable[str]) -> float:
        """Return the memory of drawing samples: the candidates of all tiles, which files hold packed."""
        return resources.drawing_mb(known_work.size_mb(files))

    def training_mb(self, files: Iterable[str], times: float = 1.0) -> float:
        """Return the memory of training, which has all samples at once; files hold them packed.

        Parameters
        ----------
        times : float
            How many times as many samples there are with those that are made.
        """
        return resources.training_mb(known_work.size_mb(files) * times, self.classifier)

    def training_seconds(self, files: Iterable[str], times: float = 1.0) -> float:
        """Return the time of training; the parameters are those of :meth:`training_mb`."""
        samples_mb = self._samples_mb(files) * times
        return resources.training_seconds(samples_mb, self.classifier, self.trees, self.trainings)

    def cross_validation_seconds(self, files: Iterable[str], times: float = 1.0) -> float:
        """Return the time of cross-validation: reading samples as training does, and a model for each fold."""
        samples_mb = self._samples_mb(files) * times
        fold_mb = min(samples_mb, 2e-6 * self.fold_samples * self.classes * known_work.FEATURES)
        own = resources.training_seconds(samples_mb, self.classifier, self.trees, self.trainings)
        return own + resources.training_seconds(fold_mb, self.classifier, self.trees, self.folds * self.trainings)

    def times_with_synthetic_samples(self, parts: Mapping[str, Any], year: str, region: str, run: str) -> float:
        """Return how many times as many samples a model has at most with those that are made for it.

        Parameters
        ----------
        parts : dict
            What its samples depend on beside the draws, as :meth:`WorkflowPlan.model_samples` says.
        """
        if "augmentation" not in parts:
            return 1.0
        tables = [
            f"results/{one}/{name}.csv"
            for one in (year, *parts.get("source_years", []))
            for name in ("sample_counts", "map_sample_counts")
        ]
        # Copies come from anywhere.
        regions = self.regions if "copies" in parts else [region]
        return resources.with_synthetic_samples(
            known_work.counted_samples(tables, regions, run), parts["augmentation"]
        )

    def mosaic_seconds(self, layer: str, full_tiles: float) -> float:
        """Return the time of a mosaic of a layer, of the ground of so many full tiles."""
        known = MOSAICS.get(layer)
        return resources.mosaic_seconds(full_tiles, self.classes if known and known.per_class else 1)

    def comparing_seconds(self, runs: int) -> float:
        """Return the time of comparing the maps of all tiles and runs with the test polygons."""
        return self.tiles * (1 + runs) * resources.COMPARISON_SECONDS

    def features_mosaic_seconds(self, full_tiles: float) -> float:
        """Return the time of the mosaic of all features, of the ground of so many full tiles."""
        return resources.mosaic_seconds(full_tiles, known_work.FEATURES)

    def _samples_mb(self, files: Iterable[str]) -> float:
        """Return the size of files of samples; before they are there, of as many as are expected."""
        paths = list(files)
        tables = [Path(path) for path in paths if path.endswith(".parquet")]
        if tables and not any(map(Path.is_file, tables)):
            return 1e-6 * self.expected_samples * known_work.FEATURES * resources.SAMPLE_BYTES
        return known_work.size_mb(paths)

    def _series_bytes(self, files: Files) -> int:
        """Return what all observations of a pixel take; a static raster is read as one of one band."""
        return known_work.series_bytes(files.table, self.bands, self.held_bytes) + 3 * self.static_rasters

    def _function_bytes(self, files: Files) -> int:
        """Return what functions of the user's own take for a pixel of a window."""
        if self.held_series is None:
            return 0
        longest = known_work.longest_series(files.dates, _work(files).observations)
        # The check of functions has no list of their results yet.
        results = known_work.results_listed(getattr(files, "functions", ""))
        return resources.function_bytes(self.held_series, longest, results)

    def pixel_bytes(self, files: Files) -> int:
        """Return what a pixel of a window takes: two windows' series, and what functions need of it."""
        return 2 * self._series_bytes(files) + BYTES_PER_PIXEL + self._function_bytes(files)

    def _feature_pixel_bytes(self, files: Files) -> int:
        return self.pixel_bytes(files) + 4 * self.number_of_features(files)

    def _blocks(self, files: Files) -> list[tuple[int, int]]:
        """Return the blocks that the files are most likely cut in."""
        return (
            resources.BLOCKS_OF_JPEG_2000
            if self.reads_jpeg_2000
            else resources.blocks_in_strips(_work(files).columns)
        )

    def _window_mb(self, files: Files, bytes_per_pixel: int) -> int:
        """Return the memory of windows, with their margin, of which little else is decoded twice."""
        pixels = window_shapes.wanted_pixels(_work(files).extent, self._blocks(files), self.margin_px)
        return resources.windows_mb(pixels, bytes_per_pixel)

    def _decoding_seconds(self, files: Files, bytes_per_pixel: int, least_rows: int = 1) -> float:
        """Return the time that a core reads, parts of files again and again where windows have a margin."""
        work, blocks = _work(files), self._blocks(files)
        memory_mb = max(self._window_mb(files, bytes_per_pixel), self.reading_mb)
        pixels = resources.affordable_pixels(memory_mb, bytes_per_pixel)
        shape = window_shapes.best(work.extent, blocks, pixels, self.margin_px, least_rows)
        return self.reading_seconds(work) * max(shape.times_decoded, 1)

    def _making_seconds(self, files: Files) -> float:
        """Return the time that a core reads what features are made of."""
        if self.held_series is None and not self.margin_px:
            return self.reading_seconds(_work(files))
        return self._decoding_seconds(files, self.pixel_bytes(files))


def _work(files: Files) -> known_work.Work:
    """Return the work that the tile of a job makes."""
    return known_work.work_of_tile(files.table, files.grid)
