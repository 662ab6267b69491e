"""Who owns which pixel: tiles that overlap, and eco-climatic regions.

territory   all tiles: footprints, owned areas, regions
regions     per tile, where models are frozen: which region's model maps each pixel
boundaries  per tile, with `map.boundary_fusion`: the weights of neighbouring regions' models along their borders

Where models are trained, `candidates` draws the regions: both take moments, and whatever makes one again plans models
and maps again. Frozen models' maps do not depend on polygons, which only test: there regions have a job of their own.
"""


rule territory:
    input:
        grids=of_tiles("results/{year}/tiles/{tile}/grid.json"),
        regions=region_files,
    output:
        territory="results/{year}/territory.gpkg",
    log:
        "logs/{year}/territory.log",
    benchmark:
        "benchmarks/{year}/territory.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(30),
    params:
        regions=PLAN.config["regions"],
        tiles=PLAN.tiles,
        code=code_digest("territory"),
    message:
        "Dividing the territory of {wildcards.year} among tiles and regions."
    script:
        "../../scripts/territory.py"


if PLAN.frozen:

    rule regions:
        input:
            territory=rules.territory.output.territory,
        output:
            regions="results/{year}/tiles/{tile}/regions.tif",
        log:
            "logs/{year}/tiles/{tile}/regions.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/regions.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(30),
        params:
            config=config_digest("regions"),
            code=code_digest("regions"),
        message:
            "Drawing the regions of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/regions.py"


if PLAN.boundary:

    rule boundaries:
        input:
            territory=rules.territory.output.territory,
        output:
            weights="results/{year}/tiles/{tile}/boundaries.tif",
        log:
            "logs/{year}/tiles/{tile}/boundaries.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/boundaries.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(2000),
            runtime=minutes(30),
        params:
            boundary=PLAN.boundary,
            config=config_digest("regions", boundary=PLAN.boundary),
            code=code_digest("boundaries"),
        message:
            "Weighing the regions' models along their borders in tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/boundaries.py"
