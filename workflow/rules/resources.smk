"""What jobs ask for: memory and time, growing with their work and with every attempt. No rules here.

On a cluster two Snakemakes lie around each job and count as its memory; on one machine none does.
"""

import math

from landloom.geo import window_shapes
from landloom.core.memory import BYTES_PER_PIXEL
from landloom.jobs import resources as estimates
from landloom.jobs.job import SPAWNED_MB

METHOD = CONFIG["features"]["interpolation"]["method"]
TREES = CONFIG["model"].get("trees", estimates.TREES)
CLASSIFIER = getattr(SETTINGS.model, "classifier_name", "")
SEARCH = getattr(SETTINGS.model, "search", None)
TRAININGS = 1 + (
    math.prod(map(len, SEARCH.grid.values())) * SEARCH.folds if SEARCH else 0
)
BANDS = {name: len(sensor.bands) for name, sensor in SETTINGS.sensors.items()}
# Features of a date at most: bands, a flag, three indices where none are named, expressions.
PER_DATE = {
    name: bands
    + 1
    + (3 if SETTINGS.features.indices is None else len(SETTINGS.features.indices))
    + len(SETTINGS.features.expressions)
    for name, bands in BANDS.items()
}
STATISTICS = len(BANDS) * sum(
    len(one.of) * len(one.kinds) for one in SETTINGS.features.statistics
)
MARGIN_PX = max((function["padding_px"] for function in FUNCTIONS), default=0)
# A raster without time is read as one look of one band.
RASTERS_BYTES = 3 * len(SETTINGS.rasters)
# JPEG 2000 comes in blocks of 1024 x 1024 pixels and more; those of all looks have to be in memory, or are decoded
# again. Decoding them takes about five times as long. Items may name JPEG 2000, too, and lie behind a network.
READING_MB, READING_TIMES = (
    (4000, 5)
    if {"sentinel2_sen2cor", "stac"} & {one.type for one in SETTINGS.sensors.values()}
    else (2000, 1)
)


def asked_mb(needed, attempt):
    """Return the memory to ask for."""
    spawned = not workflow.is_main_process or workflow.non_local_exec
    return int(needed) * attempt + (SPAWNED_MB if spawned else 0)


def memory(needed):
    """Return a function: so many MB on the first attempt, as many more on each other."""

    def of_job(wildcards, attempt):
        return asked_mb(needed, attempt)

    return of_job


def minutes(needed):
    """Return a function: so many minutes on the first attempt, as many more on each other."""

    def of_job(wildcards, attempt):
        return needed * attempt

    return of_job


def attempt_number(wildcards, attempt):
    """Return which attempt this is: a job that failed before plans its windows with no more than then."""
    return attempt


def acquisitions_listed(tile, year):
    """Return how many products the archives hold for a tile and year; a year's worth where they are not there yet."""
    listed = [name for name, *_ in listing_of(tile, year) if name]
    return len(listed) or estimates.ACQUISITIONS_OF_A_YEAR


def survey_minutes(wildcards, attempt, threads):
    """Return the time of a survey, which reads the masks or, where there are none, all bands."""
    work = estimates.Work(observations=acquisitions_listed(wildcards.tile, wildcards.year))
    seconds = READING_TIMES * estimates.reading_seconds(work)
    return attempt * estimates.minutes(seconds, threads)


def function_bytes(input):
    """Return what functions of the user's own take for a pixel of a window."""
    if not FUNCTIONS:
        return 0
    held = max(function["held_series"] for function in FUNCTIONS)
    longest = estimates.longest_series(input.dates, surveyed(input).observations)
    # The check of functions has no list of their results yet.
    results = estimates.results_listed(getattr(input, "functions", ""))
    return estimates.function_bytes(held, longest, results)


def number_of_features(input):
    """Return how many features there are at most, those of functions among them."""
    number = estimates.features_listed(input.dates, PER_DATE)
    number += STATISTICS + len(SETTINGS.rasters)
    if FUNCTIONS:
        number += estimates.results_listed(input.functions)
    return number


def pixel_bytes(input):
    """Return what a pixel of a window takes: two windows' series, and what functions need of it."""
    series_bytes = estimates.series_bytes(input.table, BANDS) + RASTERS_BYTES
    return 2 * series_bytes + BYTES_PER_PIXEL + function_bytes(input)


def blocks_of(input):
    """Return the blocks that the files are most likely cut in."""
    strips = estimates.blocks_in_strips(surveyed(input).columns)
    return strips if READING_TIMES == 1 else estimates.BLOCKS_OF_JPEG_2000


def window_mb(input, per_pixel):
    """Return the memory of windows, with their margin, of which little else is decoded twice."""
    extent = surveyed(input).extent
    pixels = window_shapes.wanted_pixels(extent, blocks_of(input), MARGIN_PX)
    return estimates.windows_mb(pixels, per_pixel)


def decoding_seconds(input, per_pixel, least_rows=1):
    """Return the time that a core reads, parts of files again and again where windows have a margin."""
    work, blocks = surveyed(input), blocks_of(input)
    memory_mb = max(window_mb(input, per_pixel), READING_MB)
    pixels = estimates.affordable_pixels(memory_mb, per_pixel)
    shape = window_shapes.best(work.extent, blocks, pixels, MARGIN_PX, least_rows)
    seconds = READING_TIMES * estimates.reading_seconds(work)
    return seconds * max(shape.times_decoded, 1)


def surveyed(input):
    """Return the work that the tile of a job makes."""
    return estimates.work_of_tile(input.table, input.grid)


def series_mb(input):
    """Return the memory that the series of the tile of a job take, those of all sensors together."""
    series_bytes = estimates.series_bytes(input.table, BANDS) + RASTERS_BYTES
    return estimates.series_mb(series_bytes)


def reading_memory(wildcards, input, attempt):
    """Return the memory of a job that reads a tile's series and makes no features."""
    return asked_mb(max(series_mb(input), READING_MB), attempt)


def making_mb(input):
    """Return the memory that features take to be made."""
    needed = max(series_mb(input), READING_MB)
    return max(needed, window_mb(input, pixel_bytes(input))) if FUNCTIONS else needed


def series_memory(wildcards, input, attempt):
    """Return the memory of a job that makes features of a tile's series."""
    return asked_mb(making_mb(input), attempt)


def trial_memory(wildcards, input, attempt):
    """Return the memory of trying functions on a window of a block, with its margin."""
    pixels = (estimates.BLOCK + 2 * MARGIN_PX) ** 2
    needed = estimates.windows_mb(pixels, pixel_bytes(input))
    return asked_mb(max(series_mb(input), READING_MB, needed), attempt)


def features_memory(wildcards, input, attempt):
    """Return the memory of a tile's map of features, all of which a window has at a time."""
    per_pixel = pixel_bytes(input) + 4 * number_of_features(input)
    return asked_mb(max(READING_MB, window_mb(input, per_pixel)), attempt)


def samples_memory(wildcards, input, attempt):
    """Return the memory of a tile's samples: that of their features' making, and theirs."""
    counts = f"results/{wildcards.year}/sample_counts.csv"
    drawn_mb = estimates.drawn_mb(input.candidates, [counts], number_of_features(input))
    return asked_mb(making_mb(input) + drawn_mb, attempt)


def classify_memory(wildcards, input, attempt):
    """Return the memory of a tile's map: that of a series, and the models of all regions."""
    needed = max(making_mb(input), estimates.opening_mb(input.models))
    if FUNCTIONS:  # whose windows are whole rows, though the output's blocks are higher
        needed += estimates.blocks_mb(surveyed(input).columns, LAYERS)
    return asked_mb(needed + estimates.size_mb(input.models), attempt)


def making_seconds(input):
    """Return the time that a core reads what features are made of."""
    if FUNCTIONS:
        return decoding_seconds(input, pixel_bytes(input))
    return READING_TIMES * estimates.reading_seconds(surveyed(input))


def samples_minutes(wildcards, input, attempt, threads):
    """Return the time of a tile's samples, which at worst are everywhere."""
    seconds = making_seconds(input)
    seconds += estimates.mapping_seconds(surveyed(input), 0, METHOD)
    return attempt * estimates.minutes(seconds, threads)


def shifts_minutes(wildcards, input, attempt, threads):
    """Return the time of finding the shifts of a tile's images, all of which are read once."""
    work = surveyed(input)
    seconds = READING_TIMES * estimates.reading_seconds(work)
    seconds += estimates.mapping_seconds(work, 0, METHOD)
    return attempt * estimates.minutes(seconds, threads)


def features_minutes(wildcards, input, attempt, threads):
    """Return the time of a tile's map of features."""
    number = number_of_features(input)
    per_pixel = pixel_bytes(input) + 4 * number
    seconds = decoding_seconds(input, per_pixel, window_shapes.STRIP_ROWS)
    seconds += estimates.writing_seconds(surveyed(input), number, METHOD)
    return attempt * estimates.minutes(seconds)


def features_mosaic_minutes(wildcards, attempt):
    """Return the time of the mosaic of all features."""
    seconds = estimates.mosaic_seconds(len(TILES), estimates.FEATURES)
    return attempt * estimates.minutes(seconds)


def classify_minutes(wildcards, input, attempt, threads):
    """Return the time of a tile's map."""
    work = surveyed(input)
    seconds = making_seconds(input)
    seconds += estimates.mapping_seconds(work, TREES, METHOD)
    seconds += estimates.predicting_seconds(work, input.models, TREES)
    return attempt * estimates.minutes(seconds, threads)


def with_synthetic_samples(wildcards):
    """Return how many times as many samples a model has at most with those that are made for it."""
    parts = samples_of_model(wildcards)
    if "augmentation" not in parts:
        return 1.0
    years = [wildcards.year, *parts.get("source_years", [])]
    tables = [
        f"results/{year}/{name}.csv"
        for year in years
        for name in ("sample_counts", "map_sample_counts")
    ]
    # Copies come from anywhere.
    regions = REGIONS if "copies" in parts else [wildcards.region]
    counts = estimates.counted_samples(tables, regions, wildcards.run)
    return estimates.with_synthetic_samples(counts, parts["augmentation"])


def train_memory(wildcards, input, attempt):
    """Return the memory of training: all samples at once, which files hold packed, and those made from them."""
    samples_mb = estimates.size_mb(input) * with_synthetic_samples(wildcards)
    return asked_mb(estimates.training_mb(samples_mb, CLASSIFIER), attempt)


def train_minutes(wildcards, input, attempt, threads):
    """Return the time of training."""
    samples_mb = estimates.size_mb(input) * with_synthetic_samples(wildcards)
    seconds = estimates.training_seconds(samples_mb, CLASSIFIER, TREES, TRAININGS)
    return attempt * estimates.minutes(seconds, threads)


def select_memory(wildcards, input, attempt):
    """Return the memory of drawing: the candidates of all tiles, which files hold packed."""
    return asked_mb(estimates.drawing_mb(estimates.size_mb(input)), attempt)


def mosaic_minutes(wildcards, input, attempt):
    """Return the time of a mosaic."""
    layer = MOSAICS.get(wildcards.get("layer", ""))
    bands = estimates.CLASSES if layer and layer.per_class else 1
    return attempt * estimates.minutes(estimates.mosaic_seconds(len(TILES), bands))
