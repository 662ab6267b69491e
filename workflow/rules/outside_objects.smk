"""Ground in no object, classified by pixels: the rules of a map of pixels once more, with files of their own.

outside                 per tile: regions of the pixels that lie in no object
select_samples_outside  all tiles: which reference pixels are drawn; all may be, those in objects too
samples_outside         per tile: the drawn pixels and their features
train_outside           per region and run: a model of pixels
classify_outside        per tile: these pixels in all layers of all runs, which `classify_objects` paints its objects on
"""


rule outside:
    input:
        objects=OBJECTS,
        regions=REGIONS_OF_TILE,
    output:
        regions=of_outside("results/{year}/tiles/{tile}/regions.tif"),
    log:
        "logs/{year}/tiles/{tile}/outside.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/outside.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(30),
    params:
        config=config_digest(
            "regions",
            objects=PLAN.objects_part("segmentation", "layer", "crs", "field"),
        ),
        code=code_digest("outside"),
    message:
        "Finding the ground in no object of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/outside.py"


use rule select_samples as select_samples_outside with:
    input:
        candidates=of_tiles("results/{year}/tiles/{tile}/candidates.parquet"),
        nomenclature=PLAN.legend.made_files,
        numbers=PLAN.settings.samples.drawing_files(),
    output:
        draws=of_outside("results/{year}/sample_draws.csv"),
        ranks=of_outside("results/{year}/sample_ranks.csv"),
        counts=of_outside("results/{year}/sample_counts.csv"),
    log:
        "logs/{year}/select_samples_outside.log",
    benchmark:
        "benchmarks/{year}/select_samples_outside.tsv"
    params:
        objects=False,
        code=code_digest("select_samples"),
    message:
        "Drawing the training pixels for ground in no object, {wildcards.year}."


use rule samples as samples_outside with:
    input:
        **series_of_tile(),
        candidates=rules.candidates.output.candidates,
        draws=rules.select_samples_outside.output.draws,
        ranks=rules.select_samples_outside.output.ranks,
    output:
        samples=of_outside("results/{year}/tiles/{tile}/samples.parquet"),
        values=of_outside("results/{year}/tiles/{tile}/sample_values.csv"),
    log:
        "logs/{year}/tiles/{tile}/samples_outside.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/samples_outside.tsv"
    resources:
        mem_mb=samples_memory(of_outside("results/{year}/sample_counts.csv")),
        runtime=minutes_for(WORKLOAD.samples_seconds),
        attempt=attempt_number,
    message:
        "Reading the features of training pixels for ground in no object of tile {wildcards.tile}, {wildcards.year}."


use rule train as train_outside with:
    input:
        samples=of_tiles(of_outside("results/{year}/tiles/{tile}/samples.parquet")),
        series=[],
        cross_validations=suspected_samples,
        lent_samples=[],
        lent_candidates=[],
        tests=[],
        grids=[],
        files=PLAN.settings.samples.training_files(),
        nomenclature=PLAN.legend.made_files,
        dates=PLAN.files.dates,
        reference=(rules.reference.output.polygons if PLAN.trains_on_ground else []),
    output:
        **there(
            search=PLAN.searches_parameters
            and of_outside(PLAN.files.parameter_search),
            epochs=PLAN.trains_by_epochs and of_outside(PLAN.files.epochs),
        ),
        model=of_outside(PLAN.files.model),
        sources=of_outside(PLAN.files.model_samples),
    log:
        f"logs/{{year}}/models/{PLAN.files.model_name}_outside.log",
    benchmark:
        f"benchmarks/{{year}}/models/{PLAN.files.model_name}_outside.tsv"
    message:
        "Training the model of pixels in no object of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."


use rule classify as classify_outside with:
    input:
        **series_of_tile(),
        **there(nomenclature=PLAN.legend.made_files),
        models=models_outside,
        regions=rules.outside.output.regions,
    output:
        **outside_layers(),
        counts=[of_outside(path) for path in of_runs("counts.json")],
        values=of_outside("results/{year}/tiles/{tile}/map_values.csv"),
    log:
        "logs/{year}/tiles/{tile}/classify_outside.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/classify_outside.tsv"
    message:
        "Classifying the ground in no object of tile {wildcards.tile}, {wildcards.year}."
