"""Objects that get the class of most of their pixels in a map of pixels.

object_votes     per tile: how many pixels of each class lie in each object, of all runs
object_majority  per year and run: the polygons with their class and the shares of others
"""


rule object_votes:
    input:
        objects=OBJECTS,
        regions=REGIONS_OF_TILE,
        classification=of_runs("classification.tif"),
        confidence=of_runs("confidence.tif"),
        nomenclature=PLAN.legend.made_files,
    output:
        votes=of_runs("object_votes.parquet"),
    log:
        "logs/{year}/tiles/{tile}/object_votes.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/object_votes.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=object_votes_memory,
        runtime=minutes(60),
    params:
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        code=code_digest("object_votes"),
    message:
        "Counting the classes in the objects of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/object_votes.py"


rule object_majority:
    input:
        votes=of_tiles("results/{year}/tiles/{tile}/run{run}/object_votes.parquet"),
        segmentation=segmentation_files,
        nomenclature=PLAN.config["nomenclature"],
    output:
        vectors="results/{year}/map/run{run}/objects.gpkg",
    log:
        "logs/{year}/map/run{run}/object_majority.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/object_majority.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=object_majority_memory,
        runtime=minutes(60),
    params:
        objects=PLAN.objects_part("segmentation", "layer", "crs", "field"),
        file=segmentation_file,
        code=code_digest("object_majority"),
    message:
        "Writing the objects of {wildcards.year}, run {wildcards.run}, with the class of most of their pixels."
    script:
        "../../scripts/object_majority.py"
