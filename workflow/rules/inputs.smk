"""What the archives hold.

grid          per tile: the pixel grid
acquisitions  per tile: the products of a year, the files they are read from, how often each pixel is seen clear

The grid does not follow the acquisitions: Snakemake plans everything below a job that will run, and a new scene of
one tile, which leaves the grid as it is, would make all tiles again. The survey makes sure that it still holds.
"""


rule grid:
    input:
        archives=MADE_ARCHIVES,
        searched=searched_items,
        like=CONFIG["grid"]["like"] or [],
    output:
        grid="results/{year}/tiles/{tile}/grid.json",
    log:
        "logs/{year}/tiles/{tile}/grid.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/grid.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(30),
    params:
        sensors=sensors_of_job(SURVEYED),
        grid=CONFIG["grid"],
        period=period,
        code=code_digest("grid"),
    message:
        "Finding the pixel grid of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/grid.py"


rule acquisitions:
    input:
        grid=rules.grid.output.grid,
        archives=MADE_ARCHIVES,
        searched=searched_items,
    output:
        table="results/{year}/tiles/{tile}/acquisitions.csv",
        descriptions="results/{year}/tiles/{tile}/acquisitions.json",
        files="results/{year}/tiles/{tile}/files.csv",
        validity="results/{year}/tiles/{tile}/validity.tif",
    log:
        "logs/{year}/tiles/{tile}/acquisitions.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/acquisitions.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(TILE_YEARS, 2)
    resources:
        mem_mb=memory(2000),
        runtime=survey_minutes,
    params:
        sensors=sensors_of_job(SURVEYED),
        grid=CONFIG["grid"],
        on_bad_product=CONFIG["on_bad_product"],
        period=period,
        listing=listing_of_job,
        config=survey_digest,
        code=code_digest("acquisitions"),
    message:
        "Surveying the archive of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/acquisitions.py"
