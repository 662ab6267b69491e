"""How right the maps are.

compare           per tile and run: the map at the test polygons
accuracy          per year: confusion matrices and scores of all runs, by classes and by groups of classes
agreement         per tile and run, on demand: where the map agrees with the reference
mosaic_agreement  per year and run: the same of all tiles
style_agreement   per year and run: names and QGIS style beside it
"""


localrules:
    style_agreement,


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


rule agreement:
    input:
        candidates=rules.candidates.output.candidates,
        classification=rules.classify.output.classification,
    output:
        agreement="results/{year}/tiles/{tile}/run{run}/agreement.tif",
    log:
        "logs/{year}/tiles/{tile}/run{run}/agreement.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/agreement.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        config=config_digest(*MAPPED, "reference", "seed", boundary=BOUNDARY),
        code=code_digest("agreement"),
    message:
        "Mapping where tile {wildcards.tile} agrees with the reference, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/agreement.py"


use rule mosaic as mosaic_agreement with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/run{run}/agreement.tif"),
        regions=of_tiles("results/{year}/tiles/{tile}/regions.tif"),
    output:
        mosaic="results/{year}/map/run{run}/agreement.tif",
        counts="results/{year}/map/run{run}/agreement_counts.json",
    log:
        "logs/{year}/map/run{run}/agreement.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/agreement.tsv"
    params:
        map=MAP_GRID,
        tiles=TILES,
        layer="agreement",
        config=config_digest(
            *MAPPED, "reference", "seed", boundary=BOUNDARY, ground=MAP_GRID
        ),
        code=code_digest("mosaic"),
    message:
        "Assembling the agreement with the reference of {wildcards.year}, run {wildcards.run}."


rule style_agreement:
    output:
        names="results/{year}/map/run{run}/agreement.tif.aux.xml",
        style="results/{year}/map/run{run}/agreement.qml",
    log:
        "logs/{year}/map/run{run}/style_agreement.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/style_agreement.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        code=code_digest("style_agreement"),
    message:
        "Writing the style of the agreement of {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/style_agreement.py"
