"""Features: what the classifier sees of every pixel.

watch_functions  per year, with `features.functions`: a digest of what user-defined functions are tried with
check_functions  per year, likewise: tries them on a window of the first tile, before the long work; lists what they
                 return
features         per tile, where it is asked for: a map of all features

What functions return does not depend on the observations of that tile, so a new scene there tries nothing again: all
tiles would be made again behind it. So its survey is `ancient`. Snakemake overlooks a job's own reasons to run where
anything before it runs, `ancient` or not: these are reasons of a job that no survey comes before.
"""

if PLAN.functions:

    localrules:
        watch_functions,

    rule watch_functions:
        input:
            dates=PLAN.files.dates,
            rasters=function_rasters_of_first_tile,
        output:
            watched="results/{year}/functions_watched.txt",
        log:
            "logs/{year}/watch_functions.log",
        benchmark:
            "benchmarks/{year}/watch_functions.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(500),
            runtime=minutes(10),
        params:
            watched=[
                PLAN.sensors.sources,
                PLAN.sensors.read,
                PLAN.config["features"],
                PLAN.functions.code,
                code_digest("check_functions"),
            ],
            code=code_digest("watch_functions"),
        message:
            "Looking for changes of your functions, {wildcards.year}."
        script:
            "../../scripts/watch_functions.py"

    rule check_functions:
        input:
            table=ancient(f"results/{{year}}/tiles/{PLAN.tiles[0]}/acquisitions.csv"),
            validity=ancient(f"results/{{year}}/tiles/{PLAN.tiles[0]}/validity.tif"),
            grid=ancient(f"results/{{year}}/tiles/{PLAN.tiles[0]}/grid.json"),
            watched=rules.watch_functions.output.watched,
            dates=PLAN.files.dates,
            archives=PLAN.sensors.made_archives,
            shifts=(
                ancient(PLAN.files.shifts.replace("{tile}", PLAN.tiles[0]))
                if PLAN.files.shifts
                else []
            ),
            prepared=prepared_radar_of_first_tile,
            rasters=function_rasters_of_first_tile,
        output:
            functions="results/{year}/functions.json",
        log:
            "logs/{year}/check_functions.log",
        benchmark:
            "benchmarks/{year}/check_functions.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory_for(WORKLOAD.trial_mb),
            runtime=minutes(30),
        params:
            sensors=PLAN.sensors.sources,
            read=PLAN.sensors.read,
            features=PLAN.config["features"],
            functions=PLAN.functions.code,
            tile=PLAN.tiles[0],
            code=code_digest("check_functions"),
        message:
            "Trying your functions on a window of tile {params.tile}, {wildcards.year}."
        script:
            "../../scripts/check_functions.py"


rule features:
    input:
        table=rules.acquisitions.output.table,
        grid=GRID_OF_TILE,
        dates=PLAN.files.dates,
        shifts=PLAN.files.shifts,
        prepared=PLAN.files.prepared,
        archives=PLAN.sensors.made_archives,
        rasters=PLAN.files.rasters,
        functions=PLAN.files.functions,
        function_rasters=function_rasters,
    output:
        features="results/{year}/tiles/{tile}/features.tif",
    log:
        "logs/{year}/tiles/{tile}/features.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/features.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(PLAN.tile_years, 2)
    resources:
        mem_mb=memory_for(WORKLOAD.feature_map_mb),
        runtime=features_minutes,
        attempt=attempt_number,
    params:
        sensors=PLAN.sensors.sources,
        read=PLAN.sensors.read,
        features=PLAN.config["features"],
        rasters=PLAN.config["rasters"],
        functions=PLAN.functions.code,
        config=config_digest("sensors", "rasters", "features"),
        code=code_digest("features"),
    message:
        "Writing the features of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/features.py"
