"""Objects: segments that are classified as wholes, in place of pixels.

object_sums        per tile: sums of all features over the valid pixels of each object
object_borders     per year, of given objects: those that lie in several tiles, with the sums of all their pixels
object_reference   per tile: how many reference pixels of each polygon lie in each object
object_candidates  all tiles: the objects that the reference labels, and which of them may train in each run
object_samples     per tile: the drawn objects and their statistics, in place of `samples`
classify_objects   per tile: label, confidence, probabilities of all runs, in place of `classify`
accuracy_objects   per year: scores of all runs by the objects that test, and by their area
object_vectors     per year and run, of given polygons: these with class, probabilities and, if wanted, statistics

Numbers of objects depend on grids alone, sums on images, labels on the reference, maps on models: each change makes
what depends on it.
"""


ruleorder: classify_objects > classify
ruleorder: object_sums > classify


rule object_sums:
    input:
        **series_of_tile(),
        objects=OBJECTS,
        regions=REGIONS_OF_TILE,
    output:
        objects=OBJECT_TABLE,
        counts="results/{year}/tiles/{tile}/object_counts.csv",
        values="results/{year}/tiles/{tile}/map_values.csv",
    log:
        "logs/{year}/tiles/{tile}/object_sums.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/object_sums.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(PLAN.tile_years, 4)
    resources:
        mem_mb=object_sums_memory,
        runtime=minutes_for(WORKLOAD.samples_seconds),
        attempt=attempt_number,
    params:
        sensors=PLAN.sensors.sources,
        read=PLAN.sensors.read,
        features=PLAN.config["features"],
        rasters=PLAN.config["rasters"],
        functions=PLAN.functions.code,
        regions=PLAN.regions,
        objects=PLAN.objects_part("segmentation", "statistics"),
        code=code_digest("object_sums"),
    message:
        "Summing the features of the objects of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/object_sums.py"


if PLAN.objects_shared:

    rule object_borders:
        input:
            objects=of_tiles(OBJECT_TABLE),
        output:
            borders=OBJECT_BORDERS,
        log:
            "logs/{year}/object_borders.log",
        benchmark:
            "benchmarks/{year}/object_borders.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory_for(WORKLOAD.drawing_mb),
            runtime=minutes(60),
        params:
            code=code_digest("object_borders"),
        message:
            "Merging the objects that lie in several tiles, {wildcards.year}."
        script:
            "../../scripts/object_borders.py"


rule classify_objects:
    input:
        **there(borders=OBJECT_BORDERS, nomenclature=PLAN.legend.made_files),
        **painted_on(),
        models=models_of_year,
        table=OBJECT_TABLE,
        objects=OBJECTS,
        regions=REGIONS_OF_TILE,
        acquisitions=rules.acquisitions.output.table,
        grid=GRID_OF_TILE,
        dates=PLAN.files.dates,
    output:
        **{layer: of_runs(f"{layer}.tif") for layer in PLAN.layers},
        **fused_with_runs(),
        labels=of_runs("object_labels.parquet"),
        counts=of_runs("counts.json"),
    log:
        "logs/{year}/tiles/{tile}/classify_objects.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/classify_objects.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(PLAN.tile_years, 4)
    resources:
        mem_mb=classify_objects_memory,
        runtime=minutes(90),
    params:
        **there(own_class=PLAN.functions.own_class, own_code=PLAN.functions.own_code),
        regions=PLAN.regions,
        runs=PLAN.runs,
        statistics=PLAN.objects["statistics"],
        embeddings=PLAN.sensors.embeddings,
        shared=PLAN.objects_shared,
        first_regions=PLAN.first_regions,
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        config=config_digest(*PLAN.MAPPED, objects=PLAN.objects),
        fusion=PLAN.fusion_with_runs,
        config_fused=config_digest(
            *PLAN.MAPPED, objects=PLAN.objects, fusion=PLAN.fusion_with_runs
        ),
        code=code_digest("classify_objects"),
    message:
        "Classifying the objects of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/classify_objects.py"


if PLAN.object_vectors:

    rule object_vectors:
        input:
            **there(
                borders=PLAN.objects["vector_statistics"] and OBJECT_BORDERS,
                tables=PLAN.objects["vector_statistics"] and of_tiles(OBJECT_TABLE),
            ),
            labels=of_tiles(
                "results/{year}/tiles/{tile}/run{run}/object_labels.parquet"
            ),
            segmentation=segmentation_files,
            nomenclature=PLAN.config["nomenclature"],
        output:
            vectors="results/{year}/map/run{run}/objects.gpkg",
        log:
            "logs/{year}/map/run{run}/object_vectors.log",
        benchmark:
            "benchmarks/{year}/map/run{run}/object_vectors.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=object_vectors_memory,
            runtime=minutes(60),
        params:
            objects=PLAN.objects_part("segmentation", "layer", "crs", "field"),
            file=segmentation_file,
            statistics=PLAN.objects["statistics"],
            regions=PLAN.regions,
            code=code_digest("object_vectors"),
        message:
            "Writing the objects of {wildcards.year}, run {wildcards.run}, as polygons."
        script:
            "../../scripts/object_vectors.py"


if not PLAN.frozen:

    ruleorder: object_samples > samples

    rule object_reference:
        input:
            candidates="results/{year}/tiles/{tile}/candidates.parquet",
            objects=OBJECTS,
            table=OBJECT_TABLE,
        output:
            counts="results/{year}/tiles/{tile}/object_reference.parquet",
        log:
            "logs/{year}/tiles/{tile}/object_reference.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/object_reference.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(3000),
            runtime=minutes(30),
        params:
            code=code_digest("object_reference"),
        message:
            "Counting the reference pixels in the objects of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/object_reference.py"

    rule object_candidates:
        input:
            **there(borders=OBJECT_BORDERS),
            counts=of_tiles("results/{year}/tiles/{tile}/object_reference.parquet"),
            nomenclature=PLAN.legend.made_files,
        output:
            candidates="results/{year}/object_candidates.parquet",
            polygons="results/{year}/object_polygons.csv",
        log:
            "logs/{year}/object_candidates.log",
        benchmark:
            "benchmarks/{year}/object_candidates.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory_for(WORKLOAD.drawing_mb),
            runtime=minutes(30),
        params:
            label=PLAN.objects["label"],
            shared=PLAN.objects_shared,
            first_regions=PLAN.first_regions,
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            tiles=PLAN.tiles,
            code=code_digest("object_candidates"),
        message:
            "Labelling objects by the reference, {wildcards.year}."
        script:
            "../../scripts/object_candidates.py"

    rule object_samples:
        input:
            **there(borders=OBJECT_BORDERS),
            candidates=rules.object_candidates.output.candidates,
            draws="results/{year}/sample_draws.csv",
            ranks="results/{year}/sample_ranks.csv",
            table=OBJECT_TABLE,
            grid=GRID_OF_TILE,
        output:
            samples="results/{year}/tiles/{tile}/samples.parquet",
        log:
            "logs/{year}/tiles/{tile}/object_samples.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/object_samples.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(3000),
            runtime=minutes(30),
        params:
            statistics=PLAN.objects["statistics"],
            runs=PLAN.config["runs"],
            seed=PLAN.config["seed"],
            code=code_digest("object_samples"),
        message:
            "Reading the statistics of the training objects of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/object_samples.py"

    rule accuracy_objects:
        input:
            candidates=rules.object_candidates.output.candidates,
            labels=of_runs_and_tiles(
                "results/{year}/tiles/{tile}/run{run}/object_labels.parquet"
            ),
            nomenclature=PLAN.legend.made_files,
        output:
            scores="results/{year}/accuracy/object_scores.csv",
        log:
            "logs/{year}/accuracy_objects.log",
        benchmark:
            "benchmarks/{year}/accuracy_objects.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory_for(WORKLOAD.drawing_mb),
            runtime=minutes(30),
        params:
            runs=PLAN.runs,
            tiles=PLAN.tiles,
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            code=code_digest("accuracy_objects"),
        message:
            "Scoring the objects of {wildcards.year}."
        script:
            "../../scripts/accuracy_objects.py"
