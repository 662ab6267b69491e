"""Which maps are fused, and what tells how far they are believed. No rules here."""


def maps_to_fuse(wildcards):
    """Return the maps of the job's tile and year that are fused: those of the runs, then others."""
    runs = expand(
        "results/{year}/tiles/{tile}/run{run}/classification.tif", run=RUNS, **wildcards
    )
    return runs + [placed(other["classification"], wildcards) for other in OTHER_MAPS]


def confidences_to_fuse(wildcards):
    """Return their confidences; other maps may have none."""
    runs = expand(
        "results/{year}/tiles/{tile}/run{run}/confidence.tif", run=RUNS, **wildcards
    )
    others = [other["confidence"] for other in OTHER_MAPS if other["confidence"]]
    return runs + [placed(other, wildcards) for other in others]


def fused_products(wildcards):
    """Return what tells of the fused map of the job's year, beside what rules make once a year or tile."""
    if not FUSION:
        return []
    layers = ["classification", "confidence"]
    names = ["{layer}.tif", "{layer}_counts.json"]
    pattern = "results/{year}/map/fusion/"
    mosaics = [pattern + name for name in names]
    made = expand(mosaics, year=wildcards.year, layer=layers)
    return made + comparisons_for_beliefs(wildcards)


def other_maps(wildcards):
    """Return the maps made elsewhere that are fused, of all tiles of the job's year."""
    files = [
        file
        for other in OTHER_MAPS
        for file in (other["classification"], other["confidence"])
        if file
    ]
    return [
        file.replace("{year}", wildcards.year).replace("{tile}", tile)
        for file in files
        for tile in TILES
    ]


def comparisons_for_beliefs(wildcards):
    """Return the comparisons of all tiles that tell how far maps are believed, where the fusion goes by it."""
    if FUSION["method"] == "majority":
        return []
    files = of_tiles("results/{year}/tiles/{tile}/fusion/beliefs.parquet")
    return files({"year": wildcards.year})
