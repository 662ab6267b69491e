"""Rasters without time, as altitude: features that are the same on all dates.

static_rasters  per tile: their files, checksums and values

They are looked through apart from the archives, so that another raster costs no survey of these.
"""


rule static_rasters:
    input:
        grid=rules.grid.output.grid,
        files=raster_files,
    output:
        table=RASTERS,
    log:
        "logs/{year}/tiles/{tile}/static_rasters.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/static_rasters.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(30),
    params:
        rasters=CONFIG["rasters"],
        code=code_digest("static_rasters"),
    message:
        "Looking through the rasters without time of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/static_rasters.py"
