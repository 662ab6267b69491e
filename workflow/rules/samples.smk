"""Samples: pixels of reference polygons.

candidates      per tile: all reference pixels
select_samples  all tiles: which of them train, in each run
samples         per tile: the features of those
"""


rule candidates:
    input:
        polygons=rules.reference.output.polygons,
        grid=rules.acquisitions.output.grid,
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
        mem_mb=2000,
        runtime=30,
    params:
        code=code_digest("candidates"),
    message:
        "Finding the reference pixels of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/candidates.py"


rule select_samples:
    input:
        candidates=of_tiles("results/{year}/tiles/{tile}/candidates.parquet"),
        polygons=rules.reference.output.polygons,
    output:
        selections=expand(
            "results/{year}/tiles/{tile}/selection.parquet",
            tile=TILES,
            allow_missing=True,
        ),
        counts="results/{year}/sample_counts.csv",
    log:
        "logs/{year}/select_samples.log",
    benchmark:
        "benchmarks/{year}/select_samples.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        samples=CONFIG["samples"],
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
        selection="results/{year}/tiles/{tile}/selection.parquet",
        table=rules.acquisitions.output.table,
        grid=rules.acquisitions.output.grid,
        dates=rules.dates.output.dates,
        archives=made_archives,
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
        mem_mb=2000,
        runtime=60,
    params:
        sensors=CONFIG["sensors"],
        features=CONFIG["features"],
        code=code_digest("samples"),
    message:
        "Reading the features of the training pixels of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/samples.py"
