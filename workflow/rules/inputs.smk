"""What the archives hold.

acquisitions  per tile: the products of a year, the pixel grid, how often each pixel is seen clear
dates         the output dates of the gap filling, the same for all tiles
"""


localrules:
    dates,


rule acquisitions:
    input:
        archives=MADE_ARCHIVES,
    output:
        table="results/{year}/tiles/{tile}/acquisitions.csv",
        grid="results/{year}/tiles/{tile}/grid.json",
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
        sensors=CONFIG["sensors"],
        on_bad_product=CONFIG["on_bad_product"],
        period=period,
        listing=archive_listing,
        config=config_digest("sensors"),
        code=code_digest("acquisitions"),
    message:
        "Surveying the archive of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/acquisitions.py"


rule dates:
    input:
        tables=of_tiles("results/{year}/tiles/{tile}/acquisitions.csv"),
    output:
        dates="results/{year}/dates.json",
    log:
        "logs/{year}/dates.log",
    benchmark:
        "benchmarks/{year}/dates.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        sensors=CONFIG["sensors"],
        tiles=TILES,
        period=period,
        code=code_digest("dates"),
    message:
        "Choosing the dates of {wildcards.year} for all tiles."
    script:
        "../../scripts/dates.py"
