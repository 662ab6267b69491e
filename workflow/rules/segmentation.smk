"""Segments of the ground that are given.

segmentation  per tile: which object each pixel belongs to, of polygons or of a raster
"""

OBJECTS = f"results/{{year}}/tiles/{{tile}}/{'objects' if PLAN.objects_shared else 'superpixels'}.tif"


def segmentation_file(wildcards):
    """Return the file of the segmentation of the job's tile and year."""
    return PLAN.settings.objects.file(wildcards.year, wildcards.get("tile", ""))


def segmentation_files(wildcards):
    """Return the file of the segmentation of the job's tile and year, with the files beside a shapefile."""
    return vector_files(segmentation_file(wildcards))


def segmentation_memory(wildcards, input, attempt):
    """Return the memory of burning polygons, all of which are read."""
    polygons = (
        object_costs.polygons_mb(known_work.size_mb(input.segmentation))
        if PLAN.settings.objects.has_polygons
        else 0
    )
    return asked_mb(2000 + polygons, attempt)


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
