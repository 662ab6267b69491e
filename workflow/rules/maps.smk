"""Maps.

classify         per tile: label, confidence, probabilities of all runs, for which its images are read once; the map
                 that they are fused into, where nothing else has a say in it
mosaic           per year and run: one layer of all tiles in the map's CRS, as Cloud-Optimized GeoTIFF
mosaic_validity  per year: the same for the number of valid observations
style_layers     per year: styles (QGIS, SLD) beside all layers of all runs but the first, which has its own, and validity
mosaic_features  per year, where it is asked for: the same for all features

Names and colours of the classes are in the mosaic and beside the maps alone, so that others cost no classification.
"""


localrules:
    style_layers,


rule classify:
    input:
        **there(
            shifts=PLAN.files.shifts,
            prepared=PLAN.files.prepared,
            nomenclature=PLAN.legend.made_files,
            archives=PLAN.sensors.made_archives,
            weights=PLAN.files.boundary_weights,
            beliefs=PLAN.sensor_groups and beliefs_of_year,
            superpixels=PLAN.files.superpixels,
            rasters=PLAN.files.rasters,
            functions=PLAN.files.functions,
            function_rasters=PLAN.files.functions and function_rasters,
        ),
        models=models_of_year,
        table=rules.acquisitions.output.table,
        grid=GRID_OF_TILE,
        regions=REGIONS_OF_TILE,
        dates=PLAN.files.dates,
    output:
        **{layer: of_runs(f"{layer}.tif") for layer in PLAN.layers},
        **fused_with_runs(),
        counts=of_runs("counts.json"),
        values="results/{year}/tiles/{tile}/map_values.csv",
    log:
        "logs/{year}/tiles/{tile}/classify.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/classify.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(PLAN.tile_years, 4)
    resources:
        **choice.resources_of(DEVICE, SAID_OF_CLASSIFY),
        mem_mb=memory_beside_card(MAPPING.classification_mb),
        runtime=minutes_for(MAPPING.classification_seconds),
        attempt=attempt_number,
        device=DEVICE,
    params:
        **there(own_class=PLAN.functions.own_class, own_code=PLAN.functions.own_code),
        sensors=PLAN.sensors.sources,
        read=PLAN.sensors.read,
        features=PLAN.config["features"],
        rasters=PLAN.config["rasters"],
        functions=PLAN.functions.code,
        regions=PLAN.regions,
        runs=PLAN.runs,
        groups=list(PLAN.sensor_groups),
        all_sensors=PLAN.sensors.names,
        embeddings=PLAN.sensors.embeddings,
        mass=PLAN.sensor_mass,
        context=PLAN.context_of_model,
        kind=PLAN.kind,
        target=PLAN.target_parts("intervals"),
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        config=config_digest(*PLAN.MAPPED, boundary=PLAN.boundary),
        fusion=PLAN.fusion_with_runs,
        config_fused=config_digest(
            *PLAN.MAPPED, boundary=PLAN.boundary, fusion=PLAN.fusion_with_runs
        ),
        code=code_digest("classify"),
    message:
        "Classifying tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/classify.py"


rule mosaic:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/run{run}/{layer}.tif"),
        territory=rules.territory.output.territory,
        nomenclature=nomenclature_of_layer,
    output:
        mosaic="results/{year}/map/run{run}/{layer}.tif",
        counts="results/{year}/map/run{run}/{layer}_counts.json",
    log:
        "logs/{year}/map/run{run}/{layer}.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/{layer}.tsv"
    wildcard_constraints:
        layer="|".join(PLAN.layers),
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=mosaic_minutes,
    params:
        map=PLAN.map_grid,
        tiles=PLAN.tiles,
        regions=implied_of_tiles(REGIONS_OF_TILE),
        drawn=regions_digest,
        layer="{layer}",
        unit=TARGET_UNIT,
        config=config_digest(*PLAN.MAPPED, boundary=PLAN.boundary, ground=PLAN.map_grid),
        code=code_digest("mosaic"),
    message:
        "Assembling the {wildcards.layer} of {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/mosaic.py"


use rule mosaic as mosaic_validity with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/validity.tif"),
        regions=of_tiles(REGIONS_OF_TILE),
    output:
        mosaic="results/{year}/map/validity.tif",
        counts="results/{year}/map/validity_counts.json",
    log:
        "logs/{year}/map/validity.log",
    benchmark:
        "benchmarks/{year}/map/validity.tsv"
    priority: 1  # a CRS or resolution that does not suit the map is told before models are trained
    params:
        map=PLAN.map_grid,
        tiles=PLAN.tiles,
        regions=implied_of_tiles(REGIONS_OF_TILE),
        drawn=regions_digest,
        layer="validity",
        unit="",
        config=validity_digest,
        code=code_digest("mosaic"),
    message:
        "Assembling the validity of {wildcards.year}."


rule style_layers:
    input:
        nomenclature=nomenclature_of_layers(),
    output:
        styles=styles_of_layers(),
    log:
        "logs/{year}/map/style_layers.log",
    benchmark:
        "benchmarks/{year}/map/style_layers.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        legends=legends_of_layers(),
        code=code_digest("style_layers"),
    message:
        "Writing the styles of the layers of {wildcards.year}."
    script:
        "../../scripts/style_layers.py"


use rule mosaic as mosaic_features with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/features.tif"),
        regions=of_tiles(REGIONS_OF_TILE),
    output:
        mosaic="results/{year}/map/features.tif",
    log:
        "logs/{year}/map/features.log",
    benchmark:
        "benchmarks/{year}/map/features.tsv"
    resources:
        mem_mb=memory(2000),
        runtime=features_mosaic_minutes,
    params:
        map=PLAN.map_grid,
        tiles=PLAN.tiles,
        regions=implied_of_tiles(REGIONS_OF_TILE),
        drawn=regions_digest,
        layer="features",
        unit="",
        config=config_digest(
            "sensors", "rasters", "features", "regions", ground=PLAN.map_grid
        ),
        code=code_digest("mosaic"),
    message:
        "Assembling the features of {wildcards.year}."
