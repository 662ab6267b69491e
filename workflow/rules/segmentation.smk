"""Segments of the ground that are given.

segmentation  per tile: which object each pixel belongs to, of polygons or of a raster
"""

if PLAN.objects_shared:

    rule segmentation:
        input:
            segmentation=segmentation_files,
            grid=GRID_OF_TILE,
        output:
            objects=OBJECTS,
            findings="results/{year}/tiles/{tile}/segmentation.csv",
        log:
            "logs/{year}/tiles/{tile}/segmentation.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/segmentation.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=segmentation_memory,
            runtime=minutes(60),
        params:
            objects=PLAN.objects_part("segmentation", "layer", "crs", "field"),
            file=segmentation_file,
            config=config_digest(
                objects=PLAN.objects_part("segmentation", "layer", "crs", "field")
            ),
            code=code_digest("segmentation"),
        message:
            "Finding the objects of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/segmentation.py"
