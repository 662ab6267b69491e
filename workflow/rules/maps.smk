"""Maps.

classify         per tile and run: label, confidence, probabilities
mosaic           per year and run: one layer of all tiles in the map's CRS, as Cloud-Optimized GeoTIFF
mosaic_validity  per year: the same for the number of clear looks
style            per year and run: class names and QGIS style beside the map
"""


localrules:
    style,


rule classify:
    input:
        models=models_of_run,
        table=rules.acquisitions.output.table,
        grid=rules.acquisitions.output.grid,
        regions=rules.regions.output.regions,
        dates=rules.dates.output.dates,
        nomenclature=CONFIG["nomenclature"],
        archives=MADE_ARCHIVES,
    output:
        **(
            {"probabilities": "results/{year}/tiles/{tile}/run{run}/probabilities.tif"}
            if SETTINGS.map.probabilities
            else {}
        ),
        classification="results/{year}/tiles/{tile}/run{run}/classification.tif",
        names="results/{year}/tiles/{tile}/run{run}/classification.tif.aux.xml",
        confidence="results/{year}/tiles/{tile}/run{run}/confidence.tif",
        counts="results/{year}/tiles/{tile}/run{run}/counts.json",
    log:
        "logs/{year}/tiles/{tile}/run{run}/classify.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/classify.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(TILE_YEARS * len(RUNS), 4)
    resources:
        mem_mb=series_memory,
        runtime=classify_minutes,
        attempt=attempt_number,
    params:
        sensors=CONFIG["sensors"],
        features=CONFIG["features"],
        regions=REGIONS,
        config=config_digest(*CHAIN),
        code=code_digest("classify"),
    message:
        "Classifying tile {wildcards.tile}, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/classify.py"


rule mosaic:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/run{run}/{layer}.tif"),
        regions=of_tiles("results/{year}/tiles/{tile}/regions.tif"),
        nomenclature=CONFIG["nomenclature"],
    output:
        mosaic="results/{year}/map/run{run}/{layer}.tif",
    log:
        "logs/{year}/map/run{run}/{layer}.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/{layer}.tsv"
    wildcard_constraints:
        layer="classification|confidence|probabilities",
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=mosaic_minutes,
    params:
        map=CONFIG["map"],
        tiles=TILES,
        layer="{layer}",
        config=config_digest(*CHAIN, "map"),
        code=code_digest("mosaic"),
    message:
        "Assembling the {wildcards.layer} of {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/mosaic.py"


use rule mosaic as mosaic_validity with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/validity.tif"),
        regions=of_tiles("results/{year}/tiles/{tile}/regions.tif"),
        nomenclature=CONFIG["nomenclature"],
    output:
        mosaic="results/{year}/map/validity.tif",
    log:
        "logs/{year}/map/validity.log",
    benchmark:
        "benchmarks/{year}/map/validity.tsv"
    params:
        map=CONFIG["map"],
        tiles=TILES,
        layer="validity",
        config=config_digest("sensors", "map"),
        code=code_digest("mosaic"),
    message:
        "Assembling the validity of {wildcards.year}."


rule style:
    input:
        nomenclature=CONFIG["nomenclature"],
    output:
        names="results/{year}/map/run{run}/classification.tif.aux.xml",
        style="results/{year}/map/run{run}/classification.qml",
        classes="results/{year}/map/run{run}/classes.csv",
    log:
        "logs/{year}/map/run{run}/style.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/style.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        code=code_digest("style"),
    message:
        "Writing the style of the map of {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/style.py"
