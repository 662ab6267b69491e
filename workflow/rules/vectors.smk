"""Vector map: a map regularised, and its polygons.

regularise        per year: larger pixels, majority filter and minimum unit, as a raster in its own right
zones             per year, where there are zones: their numbers on the pixels of that raster
vectors           per year and level (classes, groups): polygons in all formats, cell by cell; finished cells are kept
accuracy_vectors  per year: scores of the regularised map beside those of the map itself, at the same test pixels
"""


rule regularise:
    input:
        **there(parts=not PLAN.settings.vectors.made_here and parts_of_given_map),
        classification=vectorised_map,
        nomenclature=PLAN.config["nomenclature"],
        sea=sea_files,
    output:
        map=f"{VECTORS}/regularised.tif",
        style=f"{VECTORS}/regularised.qml",
        sld=f"{VECTORS}/regularised.sld",
        numbers=f"{VECTORS}/regularised.json",
    log:
        f"logs/{{year}}/map/{PLAN.vectorised}/regularise.log",
    benchmark:
        f"benchmarks/{{year}}/map/{PLAN.vectorised}/regularise.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(len(PLAN.years), 4)
    resources:
        mem_mb=vectors_memory,
        runtime=vectors_minutes,
    params:
        vectors=vector_settings(*REGULARISING),
        config=config_digest(
            *PLAN.MAPPED,
            boundary=PLAN.boundary,
            ground=PLAN.map_grid,
            vectors=vector_settings(*REGULARISING),
        ),
        code=code_digest("regularise"),
    message:
        "Regularising the map of {wildcards.year}."
    script:
        "../../scripts/regularise.py"


if PLAN.vectors["zones"]:

    rule zones:
        input:
            map=rules.regularise.output.map,
            zones=zone_files,
        output:
            zones=f"{VECTORS}/zones.tif",
            table=f"{VECTORS}/zones.csv",
        log:
            f"logs/{{year}}/map/{PLAN.vectorised}/zones.log",
        benchmark:
            f"benchmarks/{{year}}/map/{PLAN.vectorised}/zones.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(2000),
            runtime=vectors_minutes,
        params:
            zones=PLAN.vectors["zones"],
            code=code_digest("zones"),
        message:
            "Drawing the zones of {wildcards.year}."
        script:
            "../../scripts/zones.py"


rule vectors:
    input:
        **there(parts=not PLAN.settings.vectors.made_here and parts_of_given_map),
        **layers_of_vectors(),
        **there(zones=f"{VECTORS}/zones.tif" if PLAN.vectors["zones"] else []),
        regularised=rules.regularise.output.map,
        classification=vectorised_map,
        nomenclature=PLAN.config["nomenclature"],
    output:
        **vector_outputs(),
        geopackage=f"{VECTORS}/vectors/{{level}}.gpkg",
        style=f"{VECTORS}/vectors/{{level}}.qml",
        summary=f"{VECTORS}/vectors/{{level}}.csv",
    log:
        f"logs/{{year}}/map/{PLAN.vectorised}/vectors_{{level}}.log",
    benchmark:
        f"benchmarks/{{year}}/map/{PLAN.vectorised}/vectors_{{level}}.tsv"
    wildcard_constraints:
        level="|".join(PLAN.vector_levels),
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(len(PLAN.years) * len(PLAN.vector_levels), 4)
    resources:
        mem_mb=vectors_memory,
        runtime=vectors_minutes,
    params:
        vectors=PLAN.vectors,
        # Cells that are finished, which a killed job leaves to the next one.
        cells=f".cache/vectors/{{year}}/{PLAN.vectorised}/{{level}}",
        code=code_digest("vectors"),
    message:
        "Making polygons of the {wildcards.level} of {wildcards.year}."
    script:
        "../../scripts/vectors.py"


rule accuracy_vectors:
    input:
        **there(parts=not PLAN.settings.vectors.made_here and parts_of_given_map),
        candidates=of_tiles("results/{year}/tiles/{tile}/candidates.parquet"),
        classification=vectorised_map,
        regularised=rules.regularise.output.map,
        nomenclature=PLAN.legend.made_files,
    output:
        scores=f"{VECTORS}/regularised_scores.csv",
    log:
        f"logs/{{year}}/map/{PLAN.vectorised}/accuracy_vectors.log",
    benchmark:
        f"benchmarks/{{year}}/map/{PLAN.vectorised}/accuracy_vectors.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(3000),
        runtime=accuracy_minutes,
    params:
        tiles=PLAN.tiles,
        grids=implied_of_tiles(GRID_OF_TILE),
        tested=tested_pixels,
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        code=code_digest("accuracy_vectors"),
    message:
        "Scoring the regularised map of {wildcards.year}."
    script:
        "../../scripts/accuracy_vectors.py"
