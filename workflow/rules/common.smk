"""Configuration, wildcard constraints, and the functions that rules use. No rules here."""

import gc
import os
import re
import sys
from pathlib import Path

REPOSITORY = Path(workflow.basedir).parent
sys.path.insert(0, str(REPOSITORY / "scripts"))

from landloom import config as configuration
from landloom import sensors
from landloom.errors import InputError
from landloom.files import SHAPEFILE_PARTS
from landloom.provenance import code_digest, digest, library_digest
from landloom.words import printable

# A plan is millions of objects that all stay: searching them for garbage again and again takes time for nothing.
gc.freeze()
gc.set_threshold(100_000, 50, 100)

# Kernels are compiled once for each state of the library, and shared by all jobs.
os.environ.update(
    NUMBA_CACHE_DIR=str(REPOSITORY / ".cache" / "numba" / library_digest()),
    NUMBA_THREADING_LAYER="workqueue",
)


def checked(function, *arguments):
    """Call a function of the library; end with its message alone where the user can mend the cause."""
    try:
        return function(*arguments)
    except InputError as error:
        print(printable(f"error: {error}"), file=sys.stderr)
        sys.exit(1)


# Jobs of their own process (SLURM) parse this again: what was checked once is not checked there.
if workflow.is_main_process:
    from landloom import preflight

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
WATCHED = {
    name: sensor
    for name, sensor in SETTINGS.sensors.items()
    if sensor.archive not in MADE_ARCHIVES
}
RUNS = [str(run) for run in range(SETTINGS.runs)]
MODELS = len(YEARS) * len(REGIONS) * len(RUNS)
TILE_YEARS = len(YEARS) * len(TILES)
# JPEG 2000 comes in blocks of 1024 x 1024 pixels and more; those of all looks have to be in memory, or are decoded again.
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


def title(wildcards):
    """Return the report's title: from a function, since Snakemake takes braces in text for wildcards."""
    return SETTINGS.title


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


def archive_listing(wildcards):
    """Return what the archives hold for a tile and year, so that a new or changed product is noticed."""
    days = configuration.period_of(SETTINGS, int(wildcards.year))
    try:
        return sensors.listing(WATCHED, wildcards.tile, *days, INVENTORY)
    except InputError as error:
        # The survey meets the same error, and shows it without Snakemake's traceback, for all tiles at once.
        return [str(error)]


CHAIN = [
    "sensors",
    "features",
    "regions",
    "reference",
    "nomenclature",
    "samples",
    "model",
    "seed",
]


def models_of_run(wildcards):
    """Return the models of all regions."""
    folder = f"results/{wildcards.year}/models"
    return [f"{folder}/{region}_run{wildcards.run}.npz" for region in REGIONS]


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
    """Return the maps of the selected years: those of the tiles, if tiles are selected, else the mosaics."""
    if SETTINGS.tile is not None:
        return expand(
            "results/{year}/tiles/{tile}/run{run}/classification.tif",
            year=selected_years(),
            tile=selected("tile", TILES),
            run=RUNS,
        )
    layers = ["classification.tif", "confidence.tif", "classification.qml"]
    layers += ["probabilities.tif"] if SETTINGS.map.probabilities else []
    mosaics = expand(
        "results/{year}/map/run{run}/{layer}",
        year=selected_years(),
        run=RUNS,
        layer=layers,
    )
    return mosaics + expand("results/{year}/map/validity.tif", year=selected_years())


def wanted_products():
    """Return all maps and, unless single tiles are selected, the reports."""
    if SETTINGS.tile is not None:
        return wanted_maps()
    return wanted_maps() + expand("results/{year}/report.html", year=selected_years())
