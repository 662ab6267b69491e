"""Maps.

classify         per tile and run: label, confidence, probabilities
mosaic           per year and run: one layer of all tiles in the map's CRS, as Cloud-Optimized GeoTIFF
mosaic_validity  per year: the same for the number of clear looks
style            per year and run: class names and QGIS style beside the map
style_tile       per tile and run: the same, where the maps of single tiles are wanted

Names and colours of the classes are in the mosaic and beside the maps alone, so that others cost no classification.
"""


localrules:
    style,
    style_tile,


rule classify:
    input:
        models=models_of_run,
        table=rules.acquisitions.output.table,
        grid=rules.grid.output.grid,
        regions=rules.regions.output.regions,
        dates=DATES,
        shifts=SHIFTS,
        nomenclature=MADE_NOMENCLATURE,
        archives=MADE_ARCHIVES,
        weights=BOUNDARY_WEIGHTS,
        beliefs=beliefs_of_run,
        rasters=RASTERS,
        functions=FUNCTION_NAMES,
        function_rasters=function_rasters,
    output:
        **{
            layer: f"results/{{year}}/tiles/{{tile}}/run{{run}}/{layer}.tif"
            for layer in LAYERS
        },
        counts="results/{year}/tiles/{tile}/run{run}/counts.json",
    log:
        "logs/{year}/tiles/{tile}/run{run}/classify.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/classify.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(TILE_YEARS * len(RUNS), 4)
    resources:
        mem_mb=classify_memory,
        runtime=classify_minutes,
        attempt=attempt_number,
    params:
        sensors=SOURCES,
        read=READ,
        features=CONFIG["features"],
        rasters=CONFIG["rasters"],
        functions=FUNCTION_CODE,
        regions=REGIONS,
        groups=list(SENSOR_GROUPS),
        all_sensors=sorted(SETTINGS.sensors),
        mass=SENSOR_MASS,
        nomenclature=nomenclature_file,
        classes=CLASSES,
        config=config_digest(*MAPPED, boundary=BOUNDARY),
        code=code_digest("classify"),
    message:
        "Classifying tile {wildcards.tile}, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/classify.py"


rule mosaic:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/run{run}/{layer}.tif"),
        regions=of_tiles("results/{year}/tiles/{tile}/regions.tif"),
        nomenclature=nomenclature_of_layer,
    output:
        mosaic="results/{year}/map/run{run}/{layer}.tif",
        counts="results/{year}/map/run{run}/{layer}_counts.json",
    log:
        "logs/{year}/map/run{run}/{layer}.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/{layer}.tsv"
    wildcard_constraints:
        layer="|".join(LAYERS),
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=mosaic_minutes,
    params:
        map=MAP_GRID,
        tiles=TILES,
        layer="{layer}",
        config=config_digest(*MAPPED, boundary=BOUNDARY, ground=MAP_GRID),
        code=code_digest("mosaic"),
    message:
        "Assembling the {wildcards.layer} of {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/mosaic.py"


use rule mosaic as mosaic_validity with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/validity.tif"),
        regions=of_tiles("results/{year}/tiles/{tile}/regions.tif"),
    output:
        mosaic="results/{year}/map/validity.tif",
        counts="results/{year}/map/validity_counts.json",
    log:
        "logs/{year}/map/validity.log",
    benchmark:
        "benchmarks/{year}/map/validity.tsv"
    params:
        map=MAP_GRID,
        tiles=TILES,
        layer="validity",
        config=validity_digest,
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


use rule style as style_tile with:
    output:
        names="results/{year}/tiles/{tile}/run{run}/classification.tif.aux.xml",
        style="results/{year}/tiles/{tile}/run{run}/classification.qml",
        classes="results/{year}/tiles/{tile}/run{run}/classes.csv",
    log:
        "logs/{year}/tiles/{tile}/run{run}/style_tile.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/style_tile.tsv"
    message:
        "Writing the style of tile {wildcards.tile}, {wildcards.year}, run {wildcards.run}."
