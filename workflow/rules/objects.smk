"""Objects: segments of the ground.

superpixels  per tile: the superpixel of each pixel, by few of its features
"""


rule superpixels:
    input:
        **series_of_tile(),
    output:
        superpixels=PLAN.files.superpixels,
    log:
        "logs/{year}/tiles/{tile}/superpixels.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/superpixels.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(PLAN.tile_years, 4)
    resources:
        mem_mb=memory_for(CONTEXT_WORKLOAD.superpixels_mb),
        runtime=minutes_for(CONTEXT_WORKLOAD.superpixels_seconds),
        attempt=attempt_number,
    params:
        sensors=PLAN.sensors.sources,
        read=PLAN.sensors.read,
        features=PLAN.config["features"],
        rasters=PLAN.config["rasters"],
        functions=PLAN.functions.code,
        superpixels=PLAN.config["superpixels"],
        config=config_digest("sensors", "rasters", "features", "superpixels"),
        code=code_digest("superpixels"),
    message:
        "Finding the superpixels of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/superpixels.py"
