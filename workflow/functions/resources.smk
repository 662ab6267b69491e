"""What jobs ask for: memory and time, growing with their work and with every attempt. No rules here.

The arithmetic is that of landloom.jobs. On a cluster two Snakemakes lie around each job and count as its memory; on
one machine none does.
"""

from landloom.cards import choice
from landloom.core.memory import CARD_MB
from landloom.jobs import resources as estimates


def profile_says(rule):
    """Return what `set-resources` of the profile says of a rule, as it stands there: other resources follow from it."""
    said = workflow.resource_settings.overwrite_resources.get(rule, {})
    return {name: str(getattr(said[name], "raw", said[name])) for name in said}


SAID_OF_CLASSIFY = profile_says("classify")
DEVICE = checked(
    choice.check_name, SAID_OF_CLASSIFY.get("device", choice.CPU).strip("\"'")
)


def asked_mb(needed_mb, attempt):
    """Return the memory to ask for."""
    spawned = not workflow.is_main_process or workflow.non_local_exec
    return estimates.asked_mb(needed_mb, attempt, spawned)


def memory(needed_mb):
    """Return a function: so many MB on the first attempt, as many more on each other."""

    def of_job(wildcards, attempt):
        return asked_mb(needed_mb, attempt)

    return of_job


def memory_for(estimate):
    """Return a function: the memory that an estimate gives for the job's inputs."""

    def of_job(wildcards, input, attempt):
        return asked_mb(estimate(input), attempt)

    return of_job


def memory_beside_card(estimate):
    """Return a function: the memory that an estimate gives for the job's inputs, and that for a graphics card."""
    more_mb = 0 if DEVICE == choice.CPU else CARD_MB

    def of_job(wildcards, input, attempt):
        return asked_mb(estimate(input) + more_mb, attempt)

    return of_job


def minutes(needed):
    """Return a function: so many minutes on the first attempt, as many more on each other."""

    def of_job(wildcards, attempt):
        return estimates.asked_minutes(needed, attempt)

    return of_job


def asked_minutes(core_seconds, attempt, threads=1):
    """Return the time to ask for, for so many seconds of a core."""
    return estimates.asked_minutes(estimates.minutes(core_seconds, threads), attempt)


def minutes_for(estimate):
    """Return a function: the minutes for as many seconds of a core as an estimate gives for the job's inputs."""

    def of_job(wildcards, input, attempt, threads):
        return asked_minutes(estimate(input), attempt, threads)

    return of_job


def attempt_number(wildcards, attempt):
    """Return which attempt this is: a job that failed before plans its windows with no more than then."""
    return attempt


def shared_threads(jobs, most):
    """Return the threads of each of several jobs of a kind.

    A SLURM job gets what it was given: there the cores are its own.
    """
    cores = workflow.resource_settings.cores if workflow.is_main_process else None
    return estimates.shared_threads(jobs, most, cores)


def is_surveyed(year, tile):
    """Return whether the size of a tile is known."""
    return Path(GRID_OF_TILE.format(year=year, tile=tile)).exists()


@functools.cache
def pixels_of(year, tile):
    """Return the number of pixels of a tile; before its survey, as many as others have."""
    if not is_surveyed(year, tile):
        return usual_pixels()
    return known_work.work_of_tile(
        f"results/{year}/tiles/{tile}/acquisitions.csv",
        GRID_OF_TILE.format(year=year, tile=tile),
    ).pixels


@functools.cache
def usual_pixels():
    """Return the number of pixels of a tile that is not surveyed: of the demo's, of one that is, else of a full one."""
    if PLAN.settings.inputs_from == "demo":
        return PLAN.settings.demo.size_px**2
    known = (
        pixels_of(year, tile)
        for year in PLAN.years
        for tile in PLAN.tiles
        if is_surveyed(year, tile)
    )
    return next(known, known_work.FULL_TILE_PX)


@functools.cache
def full_tiles(year):
    """Return how many full tiles of Sentinel-2 have as many pixels as all tiles of a year."""
    return sum(pixels_of(year, tile) for tile in PLAN.tiles) / known_work.FULL_TILE_PX


def survey_minutes(wildcards, attempt, threads):
    """Return the time of a survey, by what the archives hold."""
    products = LISTINGS.number_of_products(wildcards.tile, wildcards.year)
    return asked_minutes(
        WORKLOAD.survey_seconds(products, pixels_of(wildcards.year, wildcards.tile)),
        attempt,
        threads,
    )


def samples_memory(counts):
    """Return a function: the memory of a tile's samples, whose number a table of the year tells."""

    def of_job(wildcards, input, attempt):
        return asked_mb(
            MAPPING.samples_mb(input, counts.format(year=wildcards.year)), attempt
        )

    return of_job


def with_synthetic_samples(wildcards):
    """Return how many times as many samples the job's model has at most with those that are made for it."""
    parts = samples_of_model(wildcards)
    return WORKLOAD.times_with_synthetic_samples(
        parts, wildcards.year, wildcards.region, wildcards.run
    )


def train_memory(wildcards, input, attempt):
    """Return the memory of training."""
    times = with_synthetic_samples(wildcards)
    around = input.get("context", [])
    samples = [path for path in input if path not in around]
    return asked_mb(CONTEXT_WORKLOAD.training_mb(samples, around, times), attempt)


def train_minutes(wildcards, input, attempt, threads):
    """Return the time of training."""
    samples = [path for path in input if path not in input.get("context", [])]
    seconds = MAPPING.training_seconds(samples, with_synthetic_samples(wildcards))
    return asked_minutes(seconds, attempt, threads)


def cross_validation_minutes(wildcards, input, attempt, threads):
    """Return the time of cross-validation."""
    times = with_synthetic_samples(wildcards)
    seconds = WORKLOAD.cross_validation_seconds(input, times)
    return asked_minutes(seconds, attempt, threads)


def mosaic_minutes(wildcards, attempt, threads):
    """Return the time of a mosaic of the job's layer, or of one with a single band."""
    seconds = WORKLOAD.mosaic_seconds(
        wildcards.get("layer", ""), full_tiles(wildcards.year)
    )
    return asked_minutes(seconds, attempt, threads)


def accuracy_minutes(wildcards, attempt, threads):
    """Return the time of comparing the maps of all tiles and runs of a year with the test polygons."""
    seconds = WORKLOAD.comparing_seconds(len(PLAN.runs))
    return asked_minutes(seconds, attempt, threads)


def features_mosaic_minutes(wildcards, attempt, threads):
    """Return the time of the mosaic of all features."""
    return asked_minutes(
        WORKLOAD.features_mosaic_seconds(full_tiles(wildcards.year)), attempt, threads
    )


def features_minutes(wildcards, input, attempt, threads):
    """Return the time of a tile's map of features: its windows are written one after the other."""
    return asked_minutes(WORKLOAD.feature_map_seconds(input), attempt, min(threads, 1))


def vectors_memory(wildcards, attempt, threads):
    """Return the memory of a job of the vector map."""
    return asked_mb(estimates.vectors_mb(threads), attempt)


def vectors_minutes(wildcards, attempt, threads):
    """Return the time of a job of the vector map."""
    seconds = estimates.vectors_seconds(full_tiles(wildcards.year))
    return asked_minutes(seconds, attempt, threads)
