"""Configuration, wildcard constraints, and what is done before and after the jobs. No rules here."""

import gc
import os
import re
import shlex
import sys
import time
from pathlib import Path

STARTED = time.time()
REPOSITORY = Path(workflow.basedir).parent
sys.path.insert(0, str(REPOSITORY / "scripts"))

from landloom.configuration import configuration, plan
from landloom.core import nomenclature
from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.core.files import SHAPEFILE_PARTS
from landloom.core.text import printable
from landloom.features.functions import files as function_files
from landloom.jobs import costs, failures, processes
from landloom.maps.layers import MOSAICS
from landloom.provenance import code_digests

# A plan is millions of objects that all stay: searching them for garbage again and again takes time for nothing.
gc.freeze()
gc.set_threshold(100_000, 50, 100)

# Kernels are compiled once for each state of the library, and shared by all jobs. Threads of OpenMP that wait for each
# other must not keep cores busy that are not theirs: boosting took 40 times longer beside other jobs.
os.environ.update(
    NUMBA_CACHE_DIR=str(REPOSITORY / ".cache" / "numba" / code_digests.kernels_digest()),
    NUMBA_THREADING_LAYER="workqueue",
    OMP_WAIT_POLICY="passive",
)
# The command is no parameter: it would make the provenance again whenever it is worded differently.
if workflow.is_main_process:
    os.environ.update(LANDLOOM_COMMAND=shlex.join(["snakemake", *sys.argv[1:]]))
# Jobs end with the process that starts them: this one, or on a cluster that of the job.
processes.announce_workflow()


def checked(function, *arguments):
    """Call a function of the library; end with its message alone where the user can mend the cause."""
    try:
        return function(*arguments)
    except InputError as error:
        print(printable(f"error: {error}"), file=sys.stderr)
        sys.exit(1)


# Jobs of their own process (SLURM) parse this again: what was checked once is not checked there.
if workflow.is_main_process:
    from landloom.configuration import preflight
    from landloom.jobs import file_times, folder_locks

    # A run that was killed leaves its lock; that of a run that is still there is Snakemake's to respect.
    note = folder_locks.begin(sys.argv[1:])
    if note:
        print(note, file=sys.stderr)
    checks = code_digests.module_digest("landloom.configuration.vector_checks")
    known_vectors = REPOSITORY / ".cache" / "vectors" / checks
    SETTINGS = checked(preflight.load, config, known_vectors)
else:
    SETTINGS = checked(configuration.parse, config)

CONFIG = SETTINGS.model_dump(mode="json")
MEMBERS = plan.used_members(SETTINGS)


def code_digest(script):
    """Return the digest of the code behind a script, as far as the configuration uses it."""
    return code_digests.code_digest(script, MEMBERS)


YEARS = [str(year) for year in SETTINGS.years]
PERIODS = {
    year: [day.isoformat() for day in configuration.period_of(SETTINGS, int(year))]
    for year in YEARS
}
TILES = SETTINGS.tiles
REGIONS = configuration.region_slugs(SETTINGS)
RUNS = [str(run) for run in range(SETTINGS.runs)]
# Neighbouring regions' models may be weighed against each other; there must be neighbours.
BOUNDARY = CONFIG["map"]["boundary_fusion"] if len(REGIONS) > 1 else None
BOUNDARY_WEIGHTS = "results/{year}/tiles/{tile}/boundaries.tif" if BOUNDARY else []
LAYERS = plan.layers_of(SETTINGS)
MODELS = len(YEARS) * len(REGIONS) * len(RUNS)
TILE_YEARS = len(YEARS) * len(TILES)
# Labels and codes are what maps depend on in a nomenclature, groups what scores do, too; a file that a rule makes
# cannot be read yet.
if configuration.made_here(SETTINGS, SETTINGS.nomenclature):
    MADE_NOMENCLATURE, CLASSES, GROUPS = [SETTINGS.nomenclature], [], []
else:
    MADE_NOMENCLATURE = []
    known = checked(nomenclature.read, SETTINGS.nomenclature)
    CLASSES, GROUPS = known.label_by_code(), known.group_by_code()
# Models are trained here, or were trained before; then the samples have no part in the map.
FROZEN = SETTINGS.model.type == "frozen"
# A region has one model or, where sensors are fused after classification, one for each group of sensors.
SENSOR_GROUPS = SETTINGS.sensor_fusion.groups if SETTINGS.sensor_fusion else {}
SENSOR_MASS = SETTINGS.sensor_fusion.mass if SETTINGS.sensor_fusion else ""
OF_MODEL = "{region}_run{run}" + ("_{group}" if SENSOR_GROUPS else "")
MODEL = f"results/{{year}}/models/{OF_MODEL}"
MODEL = SETTINGS.model.file if FROZEN else MODEL + SETTINGS.model.suffix
# Maps that are fused: those of the runs, and others.
FUSION = CONFIG["fusion"]
OTHER_MAPS = FUSION["maps"] if FUSION else []
# Samples are cross-validated in the first run; in each, where training goes by what is found.
CROSS_VALIDATED = f"results/{{year}}/models/{OF_MODEL}_cross_validation.parquet"
FOLDED = {
    key: value
    for key, value in CONFIG["cross_validation"].items()
    if key != "suspected"
}
IMPORTANCES = f"results/{{year}}/models/{OF_MODEL}_importance.csv"
SUSPECTED = CONFIG["cross_validation"]["suspected"]
LEFT_OUT = SUSPECTED if SUSPECTED["leave_out"] else {}
CROSS_RUNS = RUNS if LEFT_OUT or SENSOR_GROUPS else RUNS[:1]
# Sensors whose STAC items a job of ours searches, and the files of what it finds.
SEARCHED = [name for name, one in CONFIG["sensors"].items() if one.get("search")]
SEARCHED_ITEMS = "results/{year}/tiles/{tile}/items_{sensor}.json"
# Rules that some configurations need.
OPTIONAL_PARTS = [SETTINGS.inputs_from] if SETTINGS.inputs_from else []
OPTIONAL_PARTS += ["search"] if SEARCHED else []
OPTIONAL_PARTS += (
    ["shifts"]
    if any(sensor.coregistration for sensor in SETTINGS.sensors.values())
    else []
)
OPTIONAL_PARTS += ["boundary"] if "separate" in LAYERS else []
OPTIONAL_PARTS += ["fusion"] if FUSION else []
OPTIONAL_PARTS += [] if FROZEN else ["quality"]
FROM_MAP = None if FROZEN else CONFIG["samples"]["from_map"]
OPTIONAL_PARTS += ["map_samples"] if FROM_MAP else []
# Features that functions of the user's own make, and the code of these.
FUNCTIONS = CONFIG["features"]["functions"]
FUNCTION_LABELS = SETTINGS.features.function_labels
FUNCTION_FILES = sorted({function["file"] for function in FUNCTIONS})
FUNCTION_CODE = checked(function_files.code_of, FUNCTION_FILES) if FUNCTIONS else ""
FUNCTION_NAMES = "results/{year}/functions.json" if FUNCTIONS else []
OPTIONAL_PARTS += ["functions"] if FUNCTIONS else []
OPTIONAL_PARTS += ["static_rasters"] if SETTINGS.rasters else []
DATES = "results/{year}/dates.json"
RASTERS = "results/{year}/tiles/{tile}/static_rasters.csv" if SETTINGS.rasters else []
SHIFTS = "results/{year}/tiles/{tile}/shifts.csv" if "shifts" in OPTIONAL_PARTS else []
SAMPLE_COUNTS = [] if FROZEN else "results/{year}/sample_counts.csv"
# What tells which products are used, when and where: acquisitions.csv, dates.json and shifts.csv hold what follows, so
# that of a sensor's section only the rest makes samples and maps again.
CALENDAR_KEYS = ("output_dates", "step_days", "start", "end")
CHOOSING_KEYS = {
    *("archive", "search", "boxes", "tile_property", "tile_pattern", "path_rows"),
    *("days", "orbits", "minimum_valid_fraction", "required", "coregistration"),
    *CALENDAR_KEYS,
}


def reading_part(sensor):
    """Return what of a sensor's section counts for the pixels of given products."""
    # A file of dates is part of its products, as acquisitions.csv tells.
    choosing = CHOOSING_KEYS | (
        {"dates"} if type(sensor.get("dates")) is str else set()
    )
    return {key: value for key, value in sensor.items() if key not in choosing}


READ = {name: reading_part(sensor) for name, sensor in CONFIG["sensors"].items()}
# What a mosaic, a map and a model depend on in the configuration.
MAP_GRID = {key: CONFIG["map"][key] for key in ("crs", "resolution_m")}
MAPPED = ["sensors", "rasters", "features", "regions", "nomenclature"]
TRAINED = [*MAPPED, "model", "reference", "samples", "seed"]


wildcard_constraints:
    year="|".join(YEARS),
    tile="|".join(map(re.escape, TILES)),
    region="|".join(REGIONS),
    run="|".join(RUNS),
    group="|".join(SENSOR_GROUPS) or "none",


def show_costs():
    """Print what the jobs of this run cost: those whose logs are younger than the run."""
    if workflow.is_main_process:
        print(costs.table(costs.collect("logs", STARTED)), end="", file=sys.stderr)


def show_failures():
    """Print what the jobs said that failed: Snakemake showed it when they did, far above."""
    if workflow.is_main_process:
        print(
            failures.summary(failures.collect("logs", STARTED)), end="", file=sys.stderr
        )


def check_jobs():
    """End before any job starts where one could not write, or would be taken as outdated by Snakemake's clock."""
    if not workflow.is_main_process:
        return
    jobs = list(workflow.dag.needrun_jobs())
    outputs = [file for job in jobs for file in job.output]
    checked(preflight.check_writable, {Path(file).parent for file in outputs})
    inputs = {Path(file) for job in jobs for file in job.input}
    mended = checked(file_times.mend_times, inputs, Path("results"))
    if mended:
        print(mended, file=sys.stderr)
