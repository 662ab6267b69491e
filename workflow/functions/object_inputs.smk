"""Files and memory of jobs of objects. No rules here."""

OBJECTS = f"results/{{year}}/tiles/{{tile}}/{'objects' if PLAN.objects_shared else 'superpixels'}.tif"
OBJECT_TABLE = "results/{year}/tiles/{tile}/objects.parquet"
OBJECT_BORDERS = "results/{year}/object_borders.parquet" if PLAN.objects_shared else []


def of_outside(pattern):
    """Return the pattern of a file of pixels outside of objects: of the file that a map of pixels has."""
    of_tile = "results/{year}/tiles/{tile}/"
    folder = of_tile if pattern.startswith(of_tile) else "results/{year}/"
    return f"{folder}outside/{pattern.removeprefix(folder)}"


def outside_layers():
    """Return the layers of pixels outside of objects: of all runs, and of a map that they are fused into."""
    runs = {layer: of_runs(f"{layer}.tif") for layer in PLAN.layers}
    outside = {
        layer: [of_outside(path) for path in paths] for layer, paths in runs.items()
    }
    return outside | {
        name: of_outside(path) for name, path in fused_with_runs().items()
    }


def painted_on():
    """Return the layers of pixels that objects are painted on, by names of their own; none where nothing is there."""
    if not PLAN.pixels_outside:
        return {}
    return {
        f"outside_{name}": paths
        for name, paths in outside_layers().items()
        if name != "fused_counts"
    }


def models_outside(wildcards):
    """Return the models of pixels outside of objects: of all runs and, of each, of all regions."""
    return of_models(of_outside(PLAN.files.model), wildcards.year, PLAN.runs)


def segmentation_file(wildcards):
    """Return the file of the segmentation of the job's tile and year."""
    return PLAN.settings.objects.file(wildcards.year, wildcards.get("tile", ""))


def segmentation_files(wildcards):
    """Return the file of the segmentation of the job's tile and year, with the files that belong to it."""
    path = segmentation_file(wildcards)
    polygons = PLAN.settings.objects.has_polygons
    return parts.of_vector(path) if polygons else with_parts([path])


def segmentation_memory(wildcards, input, attempt):
    """Return the memory of burning polygons, all of which are read."""
    polygons = (
        object_costs.polygons_mb(known_work.size_mb(input.segmentation))
        if PLAN.settings.objects.has_polygons
        else 0
    )
    return asked_mb(2000 + polygons, attempt)


def object_sums_memory(wildcards, input, attempt):
    """Return the memory of the sums of a tile's objects: that of making features, and of the sums."""
    return asked_mb(WORKLOAD.making_mb(input) + sums_mb(input), attempt)


def sums_mb(files):
    """Return the memory of the sums of objects."""
    columns = known_work.work_of_tile(files.table, files.grid).columns
    return object_costs.sums_mb(columns, WORKLOAD.number_of_features(files))


def classify_objects_memory(wildcards, input, attempt):
    """Return the memory of a tile's maps of objects: models, predictions, and layers of all runs."""
    work = known_work.work_of_tile(input.acquisitions, input.grid)
    needed = 2000 + estimates.opening_mb(input.models)
    needed += known_work.size_mb(input.models)
    blocks = estimates.blocks_mb(work.extent, WORKLOAD.layers, WORKLOAD.classes)
    needed += blocks * (2 if PLAN.pixels_outside else 1)
    needed += object_costs.predictions_mb(work.pixels, len(PLAN.runs), WORKLOAD.classes)
    return asked_mb(needed, attempt)


def object_vectors_memory(wildcards, input, attempt):
    """Return the memory of all polygons with what is known of them, which files hold packed."""
    polygons = object_costs.polygons_mb(known_work.size_mb(input.segmentation))
    known = 8 * known_work.size_mb([*input.labels, *input.get("tables", [])])
    return asked_mb(2000 + polygons + known, attempt)


def object_votes_memory(wildcards, input, attempt):
    """Return the memory of the counts of a tile's objects."""
    pixels = known_work.FULL_TILE_PX
    needed = object_costs.predictions_mb(pixels, 1, WORKLOAD.classes)
    return asked_mb(2000 + 2 * needed, attempt)


def object_majority_memory(wildcards, input, attempt):
    """Return the memory of all polygons with what is known of them, which files hold packed."""
    polygons = object_costs.polygons_mb(known_work.size_mb(input.segmentation))
    return asked_mb(2000 + polygons + 8 * known_work.size_mb(input.votes), attempt)
