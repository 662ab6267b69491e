"""Samples: pixels of reference polygons.

candidates      per tile: all reference pixels, and which of them may train in each run
select_samples  all tiles: up to which random key, or at which distances, the pixels of each class are drawn
samples         per tile: the drawn pixels and their features

What is drawn goes from all tiles to each in small files for all: a file for each tile, made by one job, would make
planning quadratic in the tiles, and would be written again for all tiles whenever one changes.
"""

DRAWS = {
    region: settings.model_dump(mode="json")
    for region, settings in SETTINGS.samples.by_region(REGIONS).items()
}


rule candidates:
    input:
        polygons=rules.reference.output.polygons,
        grid=rules.grid.output.grid,
        regions=rules.regions.output.regions,
        validity=rules.acquisitions.output.validity,
    output:
        candidates="results/{year}/tiles/{tile}/candidates.parquet",
    log:
        "logs/{year}/tiles/{tile}/candidates.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/candidates.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        code=code_digest("candidates"),
    message:
        "Finding the reference pixels of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/candidates.py"


rule select_samples:
    input:
        candidates=of_tiles("results/{year}/tiles/{tile}/candidates.parquet"),
        nomenclature=MADE_NOMENCLATURE,
        numbers=SETTINGS.samples.drawing_files(),
    output:
        draws="results/{year}/sample_draws.csv",
        ranks="results/{year}/sample_ranks.csv",
        counts="results/{year}/sample_counts.csv",
    log:
        "logs/{year}/select_samples.log",
    benchmark:
        "benchmarks/{year}/select_samples.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=select_memory,
        runtime=minutes(30),
    params:
        draws=DRAWS,
        nomenclature=nomenclature_file,
        classes=CLASSES,
        runs=CONFIG["runs"],
        seed=CONFIG["seed"],
        tiles=TILES,
        regions=REGIONS,
        code=code_digest("select_samples"),
    message:
        "Drawing the training pixels of {wildcards.year}."
    script:
        "../../scripts/select_samples.py"


rule samples:
    input:
        candidates=rules.candidates.output.candidates,
        draws=rules.select_samples.output.draws,
        ranks=rules.select_samples.output.ranks,
        map_candidates=of_earlier_map(
            "results/{year}/tiles/{tile}/map_candidates.parquet"
        ),
        map_draws=of_earlier_map("results/{year}/map_sample_draws.csv"),
        map_ranks=of_earlier_map("results/{year}/map_sample_ranks.csv"),
        table=rules.acquisitions.output.table,
        grid=rules.grid.output.grid,
        dates=DATES,
        shifts=SHIFTS,
        archives=MADE_ARCHIVES,
        rasters=RASTERS,
        functions=FUNCTION_NAMES,
        function_rasters=function_rasters,
    output:
        samples="results/{year}/tiles/{tile}/samples.parquet",
    log:
        "logs/{year}/tiles/{tile}/samples.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/samples.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(TILE_YEARS, 2)
    resources:
        mem_mb=samples_memory,
        runtime=samples_minutes,
        attempt=attempt_number,
    params:
        sensors=SOURCES,
        read=READ,
        features=CONFIG["features"],
        rasters=CONFIG["rasters"],
        functions=FUNCTION_CODE,
        runs=CONFIG["runs"],
        seed=CONFIG["seed"],
        code=code_digest("samples"),
    message:
        "Reading the features of the training pixels of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/samples.py"
