"""Functions by which rules name their inputs and parameters. No rules here."""

import types


def of_tiles(pattern):
    """Return an input function: a file of every tile of the job's year (and run)."""

    def files(wildcards):
        given = dict(wildcards.items())
        return [pattern.format(tile=tile, **given) for tile in TILES]

    return files


def of_runs_and_tiles(pattern):
    """Return an input function: a file of every run and, within it, of every tile, of the job's year."""

    def files(wildcards):
        return [
            pattern.format(year=wildcards.year, run=run, tile=tile)
            for run in RUNS
            for tile in TILES
        ]

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


def config_digest(*keys, **parts):
    """Return a function that gives the digest of what a product of the job's year depends on in the configuration.

    `keys` are those of the configuration, `parts` other things that count. Which products there are, files tell.
    """
    parts |= {key: READ if key == "sensors" else CONFIG[key] for key in keys}
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
    """Return the files of the reference polygons of the job's year: one, or that of the test polygons, too."""
    paths = SETTINGS.reference.paths(wildcards.year)
    return [part for path in paths for part in vector_files(path)]


def placed(pattern, wildcards):
    """Return the file of a pattern of the configuration for the job's tile and year."""
    return pattern.replace("{year}", wildcards.year).replace("{tile}", wildcards.tile)


def function_rasters(wildcards):
    """Return the rasters that functions of the user's own read for the job's tile."""
    paths = [path for function in FUNCTIONS for path in function["rasters"].values()]
    return sorted({placed(path, wildcards) for path in paths})


def of_first_tile(of_job):
    """Return what a job of the first tile gets, of a job of the year: a function of wildcards, or the same for all."""
    if not callable(of_job):
        return of_job

    def of_year(wildcards):
        return of_job(types.SimpleNamespace(year=wildcards.year, tile=TILES[0]))

    return of_year


def function_inputs(wildcards):
    """Return the files of functions of the user's own, and the rasters that they read for all tiles of the year."""
    files = {
        str(path) for file in FUNCTION_FILES for path in function_files.sources(file)
    }
    paths = [path for function in FUNCTIONS for path in function["rasters"].values()]
    rasters = {path.replace("{year}", wildcards.year) for path in paths}
    return sorted(files.union(*(expand(path, tile=TILES) for path in rasters)))


def raster_files(wildcards):
    """Return the files of the rasters without time for the job's tile and year."""
    files = [raster["file"] for raster in CONFIG["rasters"].values()]
    return list(dict.fromkeys(placed(file, wildcards) for file in files))


def raster_files_of_year(wildcards):
    """Return the files of the rasters without time for all tiles of the job's year."""
    files = [raster["file"] for raster in CONFIG["rasters"].values()]
    years = [file.replace("{year}", wildcards.year) for file in files]
    return list(dict.fromkeys(expand(years, tile=TILES)))


def nomenclature_file(wildcards):
    """Return the nomenclature: a parameter where its names and colours do not count, beside the classes, which do."""
    return SETTINGS.nomenclature


def nomenclature_of_layer(wildcards):
    """Return the nomenclature for the layer that has names and colours."""
    return [SETTINGS.nomenclature] if MOSAICS[wildcards.layer].legend else []


def comparisons_of_year(wildcards):
    """Return the comparisons of all tiles and runs with the test polygons."""
    return expand(
        "results/{year}/tiles/{tile}/run{run}/comparison.parquet",
        tile=TILES,
        run=RUNS,
        year=wildcards.year,
    )


def outputs_of(*makers):
    """Return an input function: all that rules make for the job's year."""

    def files(wildcards):
        return expand(
            [pattern for maker in makers for pattern in maker.output],
            year=wildcards.year,
            tile=TILES,
            region=REGIONS,
            run=RUNS,
            group=list(SENSOR_GROUPS) or [""],
            layer=LAYERS,
        )

    return files


def script_digests(wildcards):
    """Return the digest of the code behind each script of the workflow."""
    scripts = {Path(rule.script).stem for rule in workflow.rules if rule.script}
    return {script: code_digest(script) for script in sorted(scripts)}


def configuration_of_year(wildcards):
    """Return the configuration as far as it says something of the job's year; what is selected does not.

    Years whose samples train its models say something of it.
    """
    selectors = ("tile", "year")
    shown = {key: part for key, part in CONFIG.items() if key not in selectors}
    others = SETTINGS.samples.source_years(int(wildcards.year), SETTINGS.years)
    years = [wildcards.year, *map(str, [] if FROZEN else others)]
    return shown | {"years": {year: CONFIG["years"][year] for year in sorted(years)}}
