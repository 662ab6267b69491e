"""A target in place of classes (section `target`): its models and their accuracy.

train_values           per region and run: a regressor from the samples of all tiles of its region, with intervals
cross_validate_values  per region and run: samples estimated by models that have not seen them
accuracy_values        per year: the maps of all runs at the test polygons, and folds of the samples; errors, intervals, and
                       what sensors, dates and bands bring
style_values           per year and run: QGIS style beside the map
style_tile_values      per tile and run: the same, where the maps of single tiles are wanted
mosaic_fusion_values   per year, with `fusion`: one layer of all tiles of the fused map
style_fusion_values    per year, likewise: QGIS style beside it

Bins of the target's values stand in for classes wherever polygons, samples and folds are chosen class by class.
"""


localrules:
    style_values,
    style_tile_values,


if not PLAN.frozen:

    rule train_values:
        input:
            samples=drawn_samples,
            dates=PLAN.files.dates,
            reference=(
                rules.reference.output.polygons if PLAN.target["block_m"] else []
            ),
        output:
            **({"epochs": PLAN.files.epochs} if PLAN.trains_by_epochs else {}),
            model=PLAN.files.model,
            sources=PLAN.files.model_samples,
        log:
            f"logs/{{year}}/models/{PLAN.files.model_name}.log",
        benchmark:
            f"benchmarks/{{year}}/models/{PLAN.files.model_name}.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: shared_threads(PLAN.region_years * len(PLAN.runs), 16)
        resources:
            mem_mb=train_memory,
            runtime=train_minutes,
        params:
            **there(own_code=PLAN.functions.own_code),
            model=PLAN.config["model"],
            target=PLAN.target_parts("intervals", "folds", "block_m"),
            tiles=PLAN.tiles,
            seed=PLAN.config["seed"],
            regions=PLAN.regions,
            all_sensors=PLAN.sensors.names,
            embeddings=PLAN.sensors.embeddings,
            config=config_digest(*PLAN.TRAINED),
            code=code_digest("train_values"),
        message:
            "Training the model of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."
        script:
            "../../scripts/train_values.py"

    rule cross_validate_values:
        input:
            samples=of_tiles("results/{year}/tiles/{tile}/samples.parquet"),
            reference=rules.reference.output.polygons,
            counts=rules.select_samples.output.counts,
        output:
            **({"importance": [PLAN.files.importance]} if PLAN.importance else {}),
            predictions=PLAN.files.cross_validation,
        log:
            f"logs/{{year}}/models/{PLAN.files.model_name}_cross_validate_values.log",
        benchmark:
            f"benchmarks/{{year}}/models/{PLAN.files.model_name}_cross_validate_values.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: shared_threads(PLAN.region_years, 16)
        resources:
            mem_mb=train_memory,
            runtime=cross_validation_minutes,
        params:
            **there(own_code=PLAN.functions.own_code),
            model=PLAN.config["model"],
            # Blocks of ground are held out while networks are fitted; of others, nothing is.
            target=PLAN.target_parts(
                "intervals", *(["block_m"] if PLAN.trains_by_epochs else [])
            ),
            cross_validation=PLAN.cross_validation,
            seed=PLAN.config["seed"],
            regions=PLAN.regions,
            all_sensors=PLAN.sensors.names,
            functions=PLAN.functions.labels,
            code=code_digest("cross_validate_values"),
        message:
            "Cross-validating the samples of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."
        script:
            "../../scripts/cross_validate_values.py"


rule accuracy_values:
    input:
        candidates=of_tiles("results/{year}/tiles/{tile}/candidates.parquet"),
        values=layer_of_all_maps("value"),
        half_widths=layer_of_all_maps("half_width"),
        predictions=[] if PLAN.frozen else cross_validations,
        importances=importances if PLAN.importance else [],
        bins=PLAN.legend.made_files[0],
    output:
        **(
            {"importance": "results/{year}/accuracy/importance.csv"}
            if PLAN.importance
            else {}
        ),
        comparisons=expand(
            "results/{year}/accuracy/{map}/comparison.parquet",
            map=[
                *(f"run{run}" for run in PLAN.runs),
                *(["fusion"] if PLAN.fusion else []),
            ],
            allow_missing=True,
        ),
        scores="results/{year}/accuracy/scores.csv",
        summary="results/{year}/accuracy/summary.csv",
    log:
        "logs/{year}/accuracy_values.log",
    benchmark:
        "benchmarks/{year}/accuracy_values.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(len(PLAN.years), 4)
    resources:
        mem_mb=memory(3000),
        runtime=accuracy_minutes,
    params:
        runs=PLAN.runs,
        cross_validated_runs=PLAN.cross_validated_runs,
        fused=["held"] if PLAN.fusion else [],
        tiles=PLAN.tiles,
        regions=PLAN.regions,
        code=code_digest("accuracy_values"),
    message:
        "Comparing the maps of {wildcards.year} with the test polygons."
    script:
        "../../scripts/accuracy_values.py"


rule style_values:
    output:
        style="results/{year}/map/run{run}/value.qml",
        sld="results/{year}/map/run{run}/value.sld",
    log:
        "logs/{year}/map/run{run}/style_values.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/style_values.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        target=PLAN.target_parts("unit"),
        code=code_digest("style_values"),
    message:
        "Writing the style of the map of {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/style_values.py"


use rule style_values as style_tile_values with:
    output:
        style="results/{year}/tiles/{tile}/run{run}/value.qml",
        sld="results/{year}/tiles/{tile}/run{run}/value.sld",
    log:
        "logs/{year}/tiles/{tile}/run{run}/style_tile_values.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/style_tile_values.tsv"
    message:
        "Writing the style of tile {wildcards.tile}, {wildcards.year}, run {wildcards.run}."


if PLAN.fusion:

    localrules:
        style_fusion_values,

    use rule mosaic as mosaic_fusion_values with:
        input:
            layers=of_tiles("results/{year}/tiles/{tile}/fusion/{layer}.tif"),
            territory=rules.territory.output.territory,
        output:
            mosaic="results/{year}/map/fusion/{layer}.tif",
            counts="results/{year}/map/fusion/{layer}_counts.json",
        log:
            "logs/{year}/map/fusion/{layer}.log",
        benchmark:
            "benchmarks/{year}/map/fusion/{layer}.tsv"
        wildcard_constraints:
            layer="|".join(PLAN.fused_layers),
        params:
            map=PLAN.map_grid,
            tiles=PLAN.tiles,
            regions=implied_of_tiles(REGIONS_OF_TILE),
            drawn=regions_digest,
            layer="{layer}",
            unit=TARGET_UNIT,
            config=config_digest(
                *PLAN.MAPPED,
                boundary=PLAN.boundary,
                ground=PLAN.map_grid,
                fusion=PLAN.fusion,
            ),
            code=code_digest("mosaic"),
        message:
            "Assembling the fused {wildcards.layer} of {wildcards.year}."

    use rule style_values as style_fusion_values with:
        output:
            style="results/{year}/map/fusion/value.qml",
            sld="results/{year}/map/fusion/value.sld",
        log:
            "logs/{year}/map/fusion/style_fusion_values.log",
        benchmark:
            "benchmarks/{year}/map/fusion/style_fusion_values.tsv"
        message:
            "Writing the style of the fused map of {wildcards.year}."
