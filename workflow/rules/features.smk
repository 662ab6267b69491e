"""Maps of the features, made when they are asked for.

features         per tile: what the classifier sees of every pixel
mosaic_features  per year: the same of all tiles in the map's CRS, as Cloud-Optimized GeoTIFF
"""


rule features:
    input:
        table=rules.acquisitions.output.table,
        grid=rules.grid.output.grid,
        dates=DATES,
        shifts=SHIFTS,
        archives=MADE_ARCHIVES,
        rasters=RASTERS,
        functions=FUNCTION_NAMES,
        function_rasters=function_rasters,
    output:
        features="results/{year}/tiles/{tile}/features.tif",
    log:
        "logs/{year}/tiles/{tile}/features.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/features.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(TILE_YEARS, 2)
    resources:
        mem_mb=features_memory,
        runtime=features_minutes,
        attempt=attempt_number,
    params:
        sensors=SOURCES,
        read=READ,
        features=CONFIG["features"],
        rasters=CONFIG["rasters"],
        functions=FUNCTION_CODE,
        config=config_digest("sensors", "rasters", "features"),
        code=code_digest("features"),
    message:
        "Writing the features of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/features.py"


use rule mosaic as mosaic_features with:
    input:
        layers=of_tiles("results/{year}/tiles/{tile}/features.tif"),
        regions=of_tiles("results/{year}/tiles/{tile}/regions.tif"),
    output:
        mosaic="results/{year}/map/features.tif",
    log:
        "logs/{year}/map/features.log",
    benchmark:
        "benchmarks/{year}/map/features.tsv"
    resources:
        mem_mb=memory(2000),
        runtime=features_mosaic_minutes,
    params:
        map=MAP_GRID,
        tiles=TILES,
        layer="features",
        config=config_digest(
            "sensors", "rasters", "features", "regions", ground=MAP_GRID
        ),
        code=code_digest("mosaic"),
    message:
        "Assembling the features of {wildcards.year}."
