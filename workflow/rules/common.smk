"""Configuration, wildcard constraints, and the functions that rules use. No rules here."""

import dataclasses
import functools
import gc
import os
import re
import sys
import time
from pathlib import Path

STARTED = time.time()
REPOSITORY = Path(workflow.basedir).parent
sys.path.insert(0, str(REPOSITORY / "scripts"))

from landloom import config as configuration
from landloom import calendars, costs, nomenclature, processes, sensors
from landloom.errors import InputError
from landloom.files import SHAPEFILE_PARTS
from landloom.code_digests import code_digest, library_digest
from landloom.digests import digest

# A plan is millions of objects that all stay: searching them for garbage again and again takes time for nothing.
gc.freeze()
gc.set_threshold(100_000, 50, 100)

# Kernels are compiled once for each state of the library, and shared by all jobs.
os.environ.update(
    NUMBA_CACHE_DIR=str(REPOSITORY / ".cache" / "numba" / library_digest()),
    NUMBA_THREADING_LAYER="workqueue",
)
# Jobs end with the process that starts them: this one, or on a cluster that of the job.
processes.announce_workflow()


def checked(function, *arguments):
    """Call a function of the library; end with its message alone where the user can mend the cause."""
    try:
        return function(*arguments)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


# Jobs of their own process (SLURM) parse this again: what was checked once is not checked there.
if workflow.is_main_process:
    from landloom import clocks, folder_locks, preflight

    # A run that was killed leaves its lock; that of a run that is still there is Snakemake's to respect.
    note = folder_locks.begin(sys.argv[1:])
    if note:
        print(note, file=sys.stderr)
    memory = REPOSITORY / ".cache" / "vectors" / library_digest()
    SETTINGS = checked(preflight.load, config, memory)
else:
    SETTINGS = checked(configuration.parse, config)

CONFIG = SETTINGS.model_dump(mode="json")
YEARS = [str(year) for year in SETTINGS.years]
PERIODS = {
    year: [day.isoformat() for day in configuration.period_of(SETTINGS, int(year))]
    for year in YEARS
}
TILES = SETTINGS.tiles
REGIONS = configuration.region_slugs(SETTINGS)
# Archives that a rule of ours makes; others are watched by `archive_listing`.
MADE_ARCHIVES = sorted(
    {
        sensor.archive
        for sensor in SETTINGS.sensors.values()
        if configuration.made_here(SETTINGS, sensor.archive)
    }
)
# A survey depends on a part of a sensor's description, the output dates on another.
CALENDAR_KEYS = ("step_days", "start", "end")
NOT_SURVEYED = {*CALENDAR_KEYS, "resampling", "scale", "offset", "common_names"}
SURVEYED = {
    name: {key: value for key, value in sensor.items() if key not in NOT_SURVEYED}
    for name, sensor in CONFIG["sensors"].items()
}
CALENDARS = {
    name: {key: sensor[key] for key in CALENDAR_KEYS}
    for name, sensor in CONFIG["sensors"].items()
}
WATCHED = {
    name: sensor
    for name, sensor in SETTINGS.sensors.items()
    if sensor.archive not in MADE_ARCHIVES
}
# Whether the listing alone tells which products are used.
LISTED = not MADE_ARCHIVES and SETTINGS.on_bad_product == "stop"
RUNS = [str(run) for run in range(SETTINGS.runs)]
LAYERS = ["classification", "confidence"]
LAYERS += ["probabilities"] if SETTINGS.map.probabilities else []
MODELS = len(YEARS) * len(REGIONS) * len(RUNS)
TILE_YEARS = len(YEARS) * len(TILES)
# JPEG 2000 comes in blocks of 1024 x 1024 pixels and more; those of all looks have to be in memory, or are decoded again.
# Labels and codes are what maps depend on in a nomenclature; a file that a rule makes cannot be read yet.
if configuration.made_here(SETTINGS, SETTINGS.nomenclature):
    MADE_NOMENCLATURE, CLASSES = [SETTINGS.nomenclature], []
else:
    MADE_NOMENCLATURE = []
    CLASSES = checked(nomenclature.read, SETTINGS.nomenclature).label_by_code()
# Models are trained here, or were trained before; then the samples have no part in the map.
FROZEN = SETTINGS.model.type == "frozen"
MODEL = SETTINGS.model.file if FROZEN else "results/{year}/models/{region}_run{run}.npz"
DATES = "results/{year}/dates.json"
SAMPLE_COUNTS = [] if FROZEN else "results/{year}/sample_counts.csv"
# What a map depends on in the configuration, and what a model does.
MAPPED = ["sensors", "features", "regions", "nomenclature"]
TRAINED = [*MAPPED, "model", "reference", "samples", "seed"]
READING_MB = (
    4000
    if "sentinel2_sen2cor" in {one.type for one in SETTINGS.sensors.values()}
    else 2000
)
# Jobs of their own process ask for one tile.
INVENTORY = sensors.Inventory(TILES if workflow.is_main_process else [])


wildcard_constraints:
    year="|".join(YEARS),
    tile="|".join(map(re.escape, TILES)),
    region="|".join(REGIONS),
    run="|".join(RUNS),


def selected(key, everything):
    """Return the values chosen by --config <key>=..., or all of them: for targets only, never for inputs."""
    chosen = getattr(SETTINGS, key)
    if chosen is None:
        return everything
    return [str(one) for one in (chosen if isinstance(chosen, list) else [chosen])]


def of_tiles(pattern):
    """Return an input function: a file of every tile of the job's year (and run)."""

    def files(wildcards):
        given = dict(wildcards.items())
        return [pattern.format(tile=tile, **given) for tile in TILES]

    return files


def shared_threads(jobs, most):
    """Return the threads of each of several jobs of a kind.

    On one machine, jobs side by side make better use of few cores than threads within jobs do. A SLURM job gets
    what it was given: there the cores are its own.
    """
    cores = workflow.resource_settings.cores
    if not workflow.is_main_process or not cores:
        return most
    return max(1, min(most, cores // jobs))


def show_costs():
    """Print what the jobs of this run cost: those whose logs are younger than the run."""
    if workflow.is_main_process:
        print(costs.table(costs.collect("logs", STARTED)), end="", file=sys.stderr)


def check_jobs():
    """End before any job starts where one could not write, or would be taken as outdated by Snakemake's clock."""
    if not workflow.is_main_process:
        return
    jobs = list(workflow.dag.needrun_jobs())
    outputs = [file for job in jobs for file in job.output]
    checked(preflight.check_writable, {Path(file).parent for file in outputs})
    inputs = {Path(file) for job in jobs for file in job.input}
    mended = checked(clocks.mend_times, inputs, Path("results"))
    if mended:
        print(mended, file=sys.stderr)


def period(wildcards):
    """Return the first and last day of the job's year, as text."""
    return PERIODS[wildcards.year]


def config_digest(*keys):
    """Return a function that gives the digest of what a product of the job's year depends on in the configuration."""
    parts = {key: CONFIG[key] for key in keys}
    digests = {year: digest({**parts, "period": PERIODS[year]}) for year in YEARS}

    def of_year(wildcards):
        return digests[wildcards.year]

    return of_year


def vector_files(path):
    """Return a vector file and, of a shapefile, the files beside it that hold its labels and CRS."""
    parts = [Path(path).with_suffix(suffix) for suffix in SHAPEFILE_PARTS]
    return [
        path,
        *(str(part) for part in parts if path.endswith(".shp") and part.exists()),
    ]


def reference_files(wildcards):
    """Return the reference polygons of the job's year."""
    return vector_files(SETTINGS.reference.file.replace("{year}", wildcards.year))


@functools.cache
def listing_of(tile, year):
    """Return what the archives hold for a tile and year."""
    days = configuration.period_of(SETTINGS, int(year))
    try:
        return sensors.listing(WATCHED, tile, *days, INVENTORY)
    except InputError as error:
        # The survey meets the same error, and shows it without Snakemake's traceback, for all tiles at once.
        return [["", "", str(error), ""]]


def archive_listing(wildcards):
    """Return what the archives hold for the job's tile and year, so that a new or changed product is noticed."""
    return listing_of(wildcards.tile, wildcards.year)


def survey_digest(wildcards):
    """Return the digest of what a survey depends on in the configuration."""
    return digest([SURVEYED, PERIODS[wildcards.year]])


def validity_digest(wildcards):
    """Return the digest of what the map of clear looks depends on in the configuration."""
    return digest([survey_digest(wildcards), CONFIG["map"]])


def tables_that_tell_dates(wildcards):
    """Return the tables of acquisitions where the archive's listing does not tell which products are used."""
    if LISTED:
        return []
    return of_tiles("results/{year}/tiles/{tile}/acquisitions.csv")(wildcards)


def date_ranges(wildcards):
    """Return the days that all tiles share, of each sensor, and the tiles that bound them, as the listing tells."""
    dates = {}
    for tile in TILES if LISTED else ():
        for name, date, _, _ in listing_of(tile, wildcards.year):
            dates.setdefault(name, {}).setdefault(tile, []).append(date)
    return {
        name: dataclasses.astuple(
            calendars.common_range(
                {tile: (min(found), max(found)) for tile, found in by_tile.items()}
            )
        )
        for name, by_tile in dates.items()
        if name in WATCHED
    }


def models_of_run(wildcards):
    """Return the models of all regions, in their order."""
    given = {"year": wildcards.year, "run": wildcards.run}
    return [MODEL.format(region=region, **given) for region in REGIONS]


def models_of_year(wildcards):
    """Return the models of all regions and runs."""
    return expand(MODEL, year=wildcards.year, region=REGIONS, run=RUNS)


def nomenclature_of_layer(wildcards):
    """Return the nomenclature for the layer that has names and colours."""
    return [SETTINGS.nomenclature] if wildcards.layer == "classification" else []


def comparisons_of_year(wildcards):
    """Return the comparisons of all tiles and runs with the test polygons."""
    return expand(
        "results/{year}/tiles/{tile}/run{run}/comparison.parquet",
        tile=TILES,
        run=RUNS,
        year=wildcards.year,
    )


def selected_years():
    """Return the years whose products are wanted."""
    return selected("year", YEARS)


def wanted_maps():
    """Return the maps of the selected years: those of the tiles, if tiles are selected, else the mosaics, checked."""
    if SETTINGS.tile is not None:
        return expand(
            "results/{year}/tiles/{tile}/run{run}/classification.{suffix}",
            year=selected_years(),
            tile=selected("tile", TILES),
            run=RUNS,
            suffix=["tif", "qml"],
        )
    layers = ["classification.qml", *(f"{layer}.tif" for layer in LAYERS)]
    mosaics = expand(
        "results/{year}/map/run{run}/{layer}",
        year=selected_years(),
        run=RUNS,
        layer=layers,
    )
    others = ["map/validity.tif", "sanity_passed.txt"]
    return mosaics + expand(
        "results/{year}/{other}", year=selected_years(), other=others
    )


def configuration_of_year(wildcards):
    """Return the configuration as far as it says something of the job's year; what is selected does not."""
    selectors = ("tile", "year")
    shown = {key: part for key, part in CONFIG.items() if key not in selectors}
    return shown | {"years": {wildcards.year: CONFIG["years"][wildcards.year]}}


def wanted_surveys():
    """Return what is known before the long work: what the archive and the polygons hold, and which samples are drawn."""
    surveys = expand(
        "results/{year}/tiles/{tile}/candidates.parquet",
        year=selected_years(),
        tile=TILES,
    )
    draws = (
        []
        if FROZEN
        else expand("results/{year}/sample_draws.csv", year=selected_years())
    )
    return surveys + draws + expand(DATES, year=selected_years())


def wanted_products():
    """Return all maps and, unless single tiles are selected, the reports."""
    if SETTINGS.tile is not None:
        return wanted_maps()
    return wanted_maps() + expand("results/{year}/report.html", year=selected_years())
