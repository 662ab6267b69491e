"""The map with and without boundary fusion, compared.

compare_boundary   per tile and run: labels along the borders of regions, and at the test polygons
accuracy_boundary  per year: accuracy of both maps, and their steps along the borders
"""


rule compare_boundary:
    input:
        candidates=rules.candidates.output.candidates,
        classification=rules.classify.output.classification,
        separate="results/{year}/tiles/{tile}/run{run}/separate.tif",
        regions=rules.regions.output.regions,
        weights=rules.boundaries.output.weights,
    output:
        strips="results/{year}/tiles/{tile}/run{run}/boundary_strips.parquet",
        comparison="results/{year}/tiles/{tile}/run{run}/boundary_comparison.parquet",
    log:
        "logs/{year}/tiles/{tile}/run{run}/compare_boundary.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/compare_boundary.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        code=code_digest("compare_boundary"),
    message:
        "Comparing tile {wildcards.tile} with and without boundary fusion, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/compare_boundary.py"


rule accuracy_boundary:
    input:
        strips=of_runs_and_tiles(rules.compare_boundary.output.strips),
        comparisons=of_runs_and_tiles(rules.compare_boundary.output.comparison),
        nomenclature=MADE_NOMENCLATURE,
    output:
        steps="results/{year}/accuracy/boundary/steps.csv",
        scores="results/{year}/accuracy/boundary/scores.csv",
    log:
        "logs/{year}/accuracy_boundary.log",
    benchmark:
        "benchmarks/{year}/accuracy_boundary.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        runs=RUNS,
        tiles=TILES,
        regions=REGIONS,
        nomenclature=nomenclature_file,
        classes=CLASSES,
        code=code_digest("accuracy_boundary"),
    message:
        "Telling what boundary fusion does to the maps of {wildcards.year}."
    script:
        "../../scripts/accuracy_boundary.py"
