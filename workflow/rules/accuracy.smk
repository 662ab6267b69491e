"""How right the maps are.

accuracy           per year: the maps of all tiles and runs at the test polygons; confusion matrices and scores, by
                   classes and by groups of classes; how confident the maps are of right and of wrong pixels
agreement          per tile and run, on demand: where the map agrees with the reference
mosaic_agreement   per year and run: the same of all tiles
style_agreement    per year and run: names and QGIS style beside it
compare_boundary   per tile and run, with `map.boundary_fusion.compare`: labels with and without boundary fusion, along
                   the borders of regions and at the test polygons
accuracy_boundary  per year, likewise: accuracy of both maps, and their steps along the borders

A tile is compared in a second, less than a job takes to start: one job compares all.
"""


localrules:
    style_agreement,


rule accuracy:
    input:
        candidates=of_tiles("results/{year}/tiles/{tile}/candidates.parquet"),
        classifications=of_runs_and_tiles(
            "results/{year}/tiles/{tile}/run{run}/classification.tif"
        ),
        confidences=of_runs_and_tiles(
            "results/{year}/tiles/{tile}/run{run}/confidence.tif"
        ),
        nomenclature=PLAN.legend.made_files,
    output:
        comparisons=expand(
            "results/{year}/accuracy/run{run}/comparison.parquet",
            run=PLAN.runs,
            allow_missing=True,
        ),
        confusions=expand(
            "results/{year}/accuracy/run{run}/confusion_{counted}.csv",
            run=PLAN.runs,
            counted=["pixels", "polygons", "groups_pixels", "groups_polygons"],
            allow_missing=True,
        ),
        confidences=expand(
            "results/{year}/accuracy/run{run}/confidence.csv",
            run=PLAN.runs,
            allow_missing=True,
        ),
        groups="results/{year}/accuracy/groups.csv",
        scores=report(
            "results/{year}/accuracy/scores.csv",
            caption="../report/scores.rst",
            category="{year}",
        ),
        summary=report(
            "results/{year}/accuracy/summary.csv",
            caption="../report/summary.rst",
            category="{year}",
        ),
    log:
        "logs/{year}/accuracy.log",
    benchmark:
        "benchmarks/{year}/accuracy.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(len(PLAN.years), 4)
    resources:
        mem_mb=memory(3000),
        runtime=accuracy_minutes,
    params:
        runs=PLAN.runs,
        tiles=PLAN.tiles,
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        groups=PLAN.legend.groups,
        code=code_digest("accuracy"),
    message:
        "Comparing the maps of {wildcards.year} with the test polygons."
    script:
        "../../scripts/accuracy.py"


rule agreement:
    input:
        candidates=rules.candidates.output.candidates,
        classification="results/{year}/tiles/{tile}/run{run}/classification.tif",
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
        config=config_digest(*PLAN.MAPPED, "reference", "seed", boundary=PLAN.boundary),
        code=code_digest("agreement"),
    message:
        "Mapping where tile {wildcards.tile} agrees with the reference, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/agreement.py"


use rule mosaic as mosaic_agreement with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/run{run}/agreement.tif"),
        territory=rules.territory.output.territory,
    output:
        mosaic="results/{year}/map/run{run}/agreement.tif",
        counts="results/{year}/map/run{run}/agreement_counts.json",
    log:
        "logs/{year}/map/run{run}/agreement.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/agreement.tsv"
    params:
        map=PLAN.map_grid,
        tiles=PLAN.tiles,
        regions=implied_of_tiles(REGIONS_OF_TILE),
        drawn=regions_digest,
        layer="agreement",
        config=config_digest(
            *PLAN.MAPPED,
            "reference",
            "seed",
            boundary=PLAN.boundary,
            ground=PLAN.map_grid,
        ),
        code=code_digest("mosaic"),
    message:
        "Assembling the agreement with the reference of {wildcards.year}, run {wildcards.run}."


rule style_agreement:
    output:
        names="results/{year}/map/run{run}/agreement.tif.aux.xml",
        style="results/{year}/map/run{run}/agreement.qml",
        sld="results/{year}/map/run{run}/agreement.sld",
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


if PLAN.compares_boundaries:

    rule compare_boundary:
        input:
            candidates=rules.candidates.output.candidates,
            classification="results/{year}/tiles/{tile}/run{run}/classification.tif",
            separate="results/{year}/tiles/{tile}/run{run}/separate.tif",
            regions=REGIONS_OF_TILE,
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
            nomenclature=PLAN.legend.made_files,
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
            runs=PLAN.runs,
            tiles=PLAN.tiles,
            regions=PLAN.regions,
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            code=code_digest("accuracy_boundary"),
        message:
            "Telling what boundary fusion does to the maps of {wildcards.year}."
        script:
            "../../scripts/accuracy_boundary.py"
