"""What the archives hold, and where their images lie.

search_items    per tile, of sensors with `search`: STAC items of a year; again on demand only (--forcerun)
grid            per tile, where models are frozen: the pixel grid
acquisitions    per tile: the products of a year, the files they are read from, how often each pixel is validly observed,
                values of a sample of blocks; where models are trained, also the pixel grid
shifts          per tile, of sensors that are co-registered: how far each acquisition is moved onto a reference image
static_rasters  per tile, with `rasters`: the files, checksums and values of static rasters, as altitude

The network is asked by `search_items` alone, never while Snakemake plans.

Snakemake plans everything below a job that will run. Where models are trained, a new scene of one tile makes samples,
models and all maps again anyway, and the grid is found in the same job. Frozen models map a tile for itself: there a
new scene, which leaves the grid as it is, must not make the other tiles again. (`ancient` would not do: Snakemake then
overlooks other reasons to make the territory again.) The grid of an earlier survey is kept (`update`), and the survey
makes sure that it still holds.

Static rasters are surveyed apart from the archives, so that another raster costs no survey of these.
"""

if PLAN.sensors.searched:

    rule search_items:
        output:
            expand(
                PLAN.files.searched_items,
                sensor=PLAN.sensors.searched,
                allow_missing=True,
            ),
        log:
            "logs/{year}/tiles/{tile}/search_items.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/search_items.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(30),
        params:
            searches=searches,
            period=period,
            code=code_digest("search_items"),
        message:
            "Searching STAC items of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/search_items.py"


if PLAN.frozen:

    rule grid:
        input:
            archives=PLAN.sensors.made_archives,
            searched=searched_items,
            like=PLAN.config["grid"]["like"] and grid_files or [],
        output:
            grid=update(GRID_OF_TILE),
        log:
            "logs/{year}/tiles/{tile}/grid.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/grid.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(30),
        params:
            sensors=surveyed_sensors,
            grid=PLAN.config["grid"],
            period=period,
            grid_search=grid_search,
            code=code_digest("grid"),
        message:
            "Finding the pixel grid of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/grid.py"


rule acquisitions:
    input:
        **(
            {"grid": GRID_OF_TILE}
            if PLAN.frozen
            else there(like=PLAN.config["grid"]["like"] and grid_files)
        ),
        **there(
            archives=PLAN.sensors.made_archives,
            searched=PLAN.sensors.searched and searched_items,
        ),
    output:
        **({} if PLAN.frozen else {"grid": update(GRID_OF_TILE)}),
        table="results/{year}/tiles/{tile}/acquisitions.csv",
        descriptions="results/{year}/tiles/{tile}/acquisitions.json",
        files="results/{year}/tiles/{tile}/files.csv",
        validity="results/{year}/tiles/{tile}/validity.tif",
        values="results/{year}/tiles/{tile}/values.csv",
    log:
        "logs/{year}/tiles/{tile}/acquisitions.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/acquisitions.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(PLAN.tile_years, 2)
    resources:
        mem_mb=memory(2000),
        runtime=survey_minutes,
    params:
        sensors=surveyed_sensors,
        grid=PLAN.config["grid"],
        on_bad_product=PLAN.config["on_bad_product"],
        values=PLAN.config["values"],
        period=period,
        grid_search=grid_search,
        listing=listing_of_job,
        config=survey_digest,
        code=code_digest("acquisitions"),
    message:
        "Surveying the archive of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/acquisitions.py"


if PLAN.sensors.coregistered:

    rule shifts:
        input:
            table=rules.acquisitions.output.table,
            grid=GRID_OF_TILE,
            archives=PLAN.sensors.made_archives,
            references=reference_images,
        output:
            shifts=PLAN.files.shifts,
        log:
            "logs/{year}/tiles/{tile}/shifts.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/shifts.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: shared_threads(PLAN.tile_years, 2)
        resources:
            mem_mb=memory_for(WORKLOAD.series_mb),
            runtime=minutes_for(WORKLOAD.shifts_seconds),
        params:
            sensors=PLAN.sensors.coregistered,
            read={name: PLAN.sensors.read[name] for name in PLAN.sensors.coregistered},
            code=code_digest("shifts"),
        message:
            "Finding the shifts of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/shifts.py"


if PLAN.settings.rasters:

    rule static_rasters:
        input:
            grid=GRID_OF_TILE,
            files=raster_files,
        output:
            table=PLAN.files.rasters,
        log:
            "logs/{year}/tiles/{tile}/static_rasters.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/static_rasters.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(30),
        params:
            rasters=PLAN.config["rasters"],
            code=code_digest("static_rasters"),
        message:
            "Surveying the static rasters of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/static_rasters.py"
