"""How right the maps are.

compare   per tile and run: the map at the test polygons
accuracy  per year: confusion matrices and scores of all runs, by classes and by groups of classes
"""


rule compare:
    input:
        candidates=rules.candidates.output.candidates,
        classification=rules.classify.output.classification,
    output:
        comparison="results/{year}/tiles/{tile}/run{run}/comparison.parquet",
    log:
        "logs/{year}/tiles/{tile}/run{run}/compare.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/compare.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        code=code_digest("compare"),
    message:
        "Comparing tile {wildcards.tile} with the test polygons, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/compare.py"


rule accuracy:
    input:
        comparisons=comparisons_of_year,
        nomenclature=MADE_NOMENCLATURE,
    output:
        confusions=expand(
            "results/{year}/accuracy/run{run}/confusion_{counted}.csv",
            run=RUNS,
            counted=["pixels", "polygons", "groups_pixels", "groups_polygons"],
            allow_missing=True,
        ),
        groups="results/{year}/accuracy/groups.csv",
        scores="results/{year}/accuracy/scores.csv",
        summary="results/{year}/accuracy/summary.csv",
    log:
        "logs/{year}/accuracy.log",
    benchmark:
        "benchmarks/{year}/accuracy.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        runs=RUNS,
        nomenclature=nomenclature_file,
        classes=CLASSES,
        groups=GROUPS,
        code=code_digest("accuracy"),
    message:
        "Computing the accuracy of the maps of {wildcards.year}."
    script:
        "../../scripts/accuracy.py"
