"""Whether the maps are sane.

seams          per year and run: whether tiles say the same where their grounds meet
file_borders   per year, with annual images: whether maps step along the borders of the files that these are joined from
sanity         per year: what all checks of the maps found, with a status for each
seam_steps     per year and run, with a target: how values of tiles differ where their grounds meet
sanity_values  per year, with a target: what checks of the maps found, with a status for each
gate           per year: ends the workflow where a check fails; the report is made behind it

Findings and end are two rules: what a failing job has made is removed, and the findings are needed then most of all.
"""


localrules:
    gate,


if PLAN.target:

    rule seam_steps:
        input:
            values=of_tiles("results/{year}/tiles/{tile}/run{run}/value.tif"),
            territory=rules.territory.output.territory,
        output:
            seams="results/{year}/map/run{run}/seam_steps.csv",
        log:
            "logs/{year}/map/run{run}/seam_steps.log",
        benchmark:
            "benchmarks/{year}/map/run{run}/seam_steps.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(120),
        params:
            tiles=PLAN.tiles,
            regions=implied_of_tiles(REGIONS_OF_TILE),
            drawn=regions_digest,
            code=code_digest("seam_steps"),
        message:
            "Comparing the tiles of {wildcards.year} where they meet, run {wildcards.run}."
        script:
            "../../scripts/seam_steps.py"

    rule sanity_values:
        input:
            seams=expand(
                "results/{year}/map/run{run}/seam_steps.csv",
                run=PLAN.runs,
                allow_missing=True,
            ),
            mosaics=expand(
                "results/{year}/map/run{run}/{layer}_counts.json",
                run=PLAN.runs,
                layer=PLAN.layers,
                allow_missing=True,
            ),
            validity=rules.mosaic_validity.output.counts,
            values=f"results/{{year}}/map/run{PLAN.runs[0]}/value.tif",
            territory=rules.territory.output.territory,
        output:
            findings="results/{year}/sanity.csv",
        log:
            "logs/{year}/sanity_values.log",
        benchmark:
            "benchmarks/{year}/sanity_values.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(30),
        params:
            sanity=PLAN.config["sanity"],
            target=PLAN.target_parts(),
            tiles=PLAN.tiles,
            runs=PLAN.runs,
            layers=PLAN.layers,
            counts=implied_counts,
            code=code_digest("sanity_values"),
        message:
            "Checking the maps of {wildcards.year}."
        script:
            "../../scripts/sanity_values.py"

else:

    rule seams:
        input:
            classifications=of_tiles(
                "results/{year}/tiles/{tile}/run{run}/classification.tif"
            ),
            territory=rules.territory.output.territory,
        output:
            seams="results/{year}/map/run{run}/seams.csv",
        log:
            "logs/{year}/map/run{run}/seams.log",
        benchmark:
            "benchmarks/{year}/map/run{run}/seams.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(120),
        params:
            tiles=PLAN.tiles,
            regions=implied_of_tiles(REGIONS_OF_TILE),
            drawn=regions_digest,
            code=code_digest("seams"),
        message:
            "Comparing the tiles of {wildcards.year} where they meet, run {wildcards.run}."
        script:
            "../../scripts/seams.py"

    if PLAN.sensors.coding_of_annual:

        rule file_borders:
            input:
                classifications=of_runs_and_tiles(
                    "results/{year}/tiles/{tile}/run{run}/classification.tif"
                ),
            output:
                borders=PLAN.files.file_borders,
            log:
                "logs/{year}/file_borders.log",
            benchmark:
                "benchmarks/{year}/file_borders.tsv"
            conda:
                "../../envs/landloom.yaml"
            threads: 1
            resources:
                mem_mb=memory(1000),
                runtime=minutes(120),
            params:
                tiles=PLAN.tiles,
                runs=PLAN.runs,
                values=PLAN.sensors.coding_of_annual,
                images=implied_of_tiles("results/{year}/tiles/{tile}/acquisitions.json"),
                grids=implied_of_tiles(GRID_OF_TILE),
                code=code_digest("file_borders"),
            message:
                "Comparing the maps of {wildcards.year} across the borders of files."
            script:
                "../../scripts/file_borders.py"

    rule sanity:
        input:
            **there(file_borders=PLAN.files.file_borders),
            mosaics=expand(
                "results/{year}/map/run{run}/{layer}_counts.json",
                run=PLAN.runs,
                layer=PLAN.layers,
                allow_missing=True,
            ),
            seams=expand(
                "results/{year}/map/run{run}/seams.csv",
                run=PLAN.runs,
                allow_missing=True,
            ),
            validity=rules.mosaic_validity.output.counts,
            classification=f"results/{{year}}/map/run{PLAN.runs[0]}/classification.tif",
            sample_counts=PLAN.files.sample_counts,
            territory=rules.territory.output.territory,
            nomenclature=PLAN.config["nomenclature"],
        output:
            findings="results/{year}/sanity.csv",
        log:
            "logs/{year}/sanity.log",
        benchmark:
            "benchmarks/{year}/sanity.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(30),
        params:
            sanity=PLAN.config["sanity"],
            tiles=PLAN.tiles,
            regions=PLAN.regions,
            runs=PLAN.runs,
            layers=PLAN.layers,
            counts=implied_counts,
            code=code_digest("sanity"),
        message:
            "Checking the maps of {wildcards.year}."
        script:
            "../../scripts/sanity.py"


rule gate:
    input:
        findings="results/{year}/sanity.csv",
    output:
        passed="results/{year}/sanity_passed.txt",
    log:
        "logs/{year}/gate.log",
    benchmark:
        "benchmarks/{year}/gate.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        code=code_digest("gate"),
    message:
        "Whether the maps of {wildcards.year} pass their checks."
    script:
        "../../scripts/gate.py"
