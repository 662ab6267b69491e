"""Inputs of fusion: maps, and scores that weigh them. No rules here."""

from landloom.configuration.file_patterns import placed


def maps_to_fuse(wildcards):
    """Return the maps of the job's tile and year that are fused: those of the runs, then others."""
    runs = expand(
        "results/{year}/tiles/{tile}/run{run}/classification.tif",
        run=PLAN.runs,
        **wildcards,
    )
    return runs + [
        placed(other["classification"], wildcards.year, wildcards.tile)
        for other in PLAN.other_maps
    ]


def confidences_to_fuse(wildcards):
    """Return their confidences; other maps may have none."""
    runs = expand(
        "results/{year}/tiles/{tile}/run{run}/confidence.tif",
        run=PLAN.runs,
        **wildcards,
    )
    others = [other["confidence"] for other in PLAN.other_maps if other["confidence"]]
    return runs + [placed(other, wildcards.year, wildcards.tile) for other in others]


def parts_of_other_maps(wildcards):
    """Return the files that belong to the maps of others that are fused, of the job's tile."""
    files = [
        other[key]
        for other in PLAN.other_maps
        for key in ("classification", "confidence")
    ]
    return parts_alone(
        [placed(file, wildcards.year, wildcards.tile) for file in files if file]
    )


def fused_with_runs():
    """Return the fused map of a tile, where it is made in the pass that makes the maps of its runs."""
    files = {f"fused_{layer}": f"{layer}.tif" for layer in PLAN.fused_layers}
    files["fused_counts"] = "counts.json"
    pattern = "results/{year}/tiles/{tile}/fusion/"
    return {
        name: pattern + file for name, file in files.items() if PLAN.fusion_with_runs
    }


def fused_products(wildcards):
    """Return what tells of the fused map of the job's year, beside what rules make once a year or tile."""
    if not PLAN.fusion:
        return []
    layers = PLAN.fused_layers
    names = ["{layer}.tif", "{layer}_counts.json"]
    pattern = "results/{year}/map/fusion/"
    mosaics = [pattern + name for name in names]
    made = expand(mosaics, year=wildcards.year, layer=layers)
    return made + comparisons_for_beliefs(wildcards)


def other_maps(wildcards):
    """Return the maps made elsewhere that are fused, of all tiles of the job's year."""
    files = [
        file
        for other in PLAN.other_maps
        for file in (other["classification"], other["confidence"])
        if file
    ]
    found = [
        placed(file, wildcards.year, tile) for file in files for tile in PLAN.tiles
    ]
    return with_parts(found)


def comparisons_for_beliefs(wildcards):
    """Return the comparisons of all tiles that tell how far maps are believed, where the fusion goes by it."""
    if PLAN.fusion["method"] != "dempster_shafer":
        return []
    files = of_tiles("results/{year}/tiles/{tile}/fusion/beliefs.parquet")
    return files({"year": wildcards.year})


def layer_of_all_maps(layer):
    """Return an input function: a layer of all runs and tiles of the job's year and, after them, of the fused map."""
    of_fused = of_tiles(f"results/{{year}}/tiles/{{tile}}/fusion/{layer}.tif")

    def files(wildcards):
        pattern = f"results/{{year}}/tiles/{{tile}}/run{{run}}/{layer}.tif"
        of_runs = of_runs_and_tiles(pattern)(wildcards)
        return of_runs + (of_fused(wildcards) if PLAN.fusion else [])

    return files
