"""One map from those of all runs, and from others.

compare_fused    per tile: each map at the test polygons that tell how far it is believed
fuse             per tile: majority vote or Dempster-Shafer, where other maps or scores have a say; else `classify`
                 fuses the maps of the runs as it makes them
mosaic_fusion    per year: one layer of all tiles
style_fusion     per year: class names and styles (QGIS, SLD) beside the map
validate_fusion  per tile: all maps, and the fused one, at the polygons that no run has seen
accuracy_fusion  per year: their confusion matrices and scores
"""


localrules:
    style_fusion,


rule compare_fused:
    input:
        **there(parts=PLAN.other_maps and parts_of_other_maps),
        candidates=rules.candidates.output.candidates,
        grid=GRID_OF_TILE,
        maps=maps_to_fuse,
    output:
        comparison="results/{year}/tiles/{tile}/fusion/beliefs.parquet",
    log:
        "logs/{year}/tiles/{tile}/fusion/compare_fused.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/fusion/compare_fused.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        runs=PLAN.runs,
        code=code_digest("compare_fused"),
    message:
        "Comparing the maps of tile {wildcards.tile} with the test polygons, {wildcards.year}."
    script:
        "../../scripts/compare_fused.py"


if not PLAN.fusion_with_runs:

    rule fuse:
        input:
            **there(parts=PLAN.other_maps and parts_of_other_maps),
            maps=maps_to_fuse,
            confidences=confidences_to_fuse,
            comparisons=comparisons_for_beliefs,
            regions=REGIONS_OF_TILE,
            nomenclature=PLAN.legend.made_files,
        output:
            classification="results/{year}/tiles/{tile}/fusion/classification.tif",
            confidence="results/{year}/tiles/{tile}/fusion/confidence.tif",
            counts="results/{year}/tiles/{tile}/fusion/counts.json",
        log:
            "logs/{year}/tiles/{tile}/fusion/fuse.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/fusion/fuse.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: shared_threads(PLAN.tile_years, 2)
        resources:
            mem_mb=memory(2000),
            runtime=minutes(60),
        params:
            fusion=PLAN.fusion,
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            config=config_digest(
                *PLAN.MAPPED, boundary=PLAN.boundary, fusion=PLAN.fusion
            ),
            code=code_digest("fuse"),
        message:
            "Fusing the maps of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/fuse.py"


use rule mosaic as mosaic_fusion with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/fusion/{layer}.tif"),
        territory=rules.territory.output.territory,
        nomenclature=nomenclature_of_layer,
    output:
        mosaic="results/{year}/map/fusion/{layer}.tif",
        counts="results/{year}/map/fusion/{layer}_counts.json",
    log:
        "logs/{year}/map/fusion/{layer}.log",
    benchmark:
        "benchmarks/{year}/map/fusion/{layer}.tsv"
    wildcard_constraints:
        layer="classification|confidence",
    params:
        map=PLAN.map_grid,
        tiles=PLAN.tiles,
        regions=implied_of_tiles(REGIONS_OF_TILE),
        drawn=regions_digest,
        layer="{layer}",
        config=config_digest(
            *PLAN.MAPPED,
            boundary=PLAN.boundary,
            ground=PLAN.map_grid,
            fusion=PLAN.fusion,
        ),
        code=code_digest("mosaic"),
    message:
        "Assembling the fused {wildcards.layer} of {wildcards.year}."


use rule style as style_fusion with:
    output:
        names="results/{year}/map/fusion/classification.tif.aux.xml",
        style="results/{year}/map/fusion/classification.qml",
        sld="results/{year}/map/fusion/classification.sld",
        classes="results/{year}/map/fusion/classes.csv",
    log:
        "logs/{year}/map/fusion/style_fusion.log",
    benchmark:
        "benchmarks/{year}/map/fusion/style_fusion.tsv"
    message:
        "Writing the style of the fused map of {wildcards.year}."


rule validate_fusion:
    input:
        **there(parts=PLAN.other_maps and parts_of_other_maps),
        candidates=rules.candidates.output.candidates,
        maps=maps_to_fuse,
        fused="results/{year}/tiles/{tile}/fusion/classification.tif",
    output:
        comparison="results/{year}/tiles/{tile}/fusion/comparison.parquet",
    log:
        "logs/{year}/tiles/{tile}/fusion/validate_fusion.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/fusion/validate_fusion.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        runs=PLAN.runs,
        code=code_digest("validate_fusion"),
    message:
        "Comparing the fused map of tile {wildcards.tile} with the polygons held out, {wildcards.year}."
    script:
        "../../scripts/validate_fusion.py"


rule accuracy_fusion:
    input:
        comparisons=of_tiles("results/{year}/tiles/{tile}/fusion/comparison.parquet"),
        nomenclature=PLAN.legend.made_files,
    output:
        confusions=expand(
            "results/{year}/accuracy/fusion/confusion_{unit}.csv",
            unit=["pixels", "polygons"],
            allow_missing=True,
        ),
        scores="results/{year}/accuracy/fusion/scores.csv",
    log:
        "logs/{year}/accuracy_fusion.log",
    benchmark:
        "benchmarks/{year}/accuracy_fusion.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        code=code_digest("accuracy_fusion"),
    message:
        "Computing the accuracy of the fused map of {wildcards.year}."
    script:
        "../../scripts/accuracy_fusion.py"
