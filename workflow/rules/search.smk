"""Searches of APIs for STAC items; the network is asked by these jobs alone, never while Snakemake plans.

search_items  per tile: the items of a year, of each sensor with `search`; again on demand only (--forcerun)
"""


rule search_items:
    output:
        expand(SEARCHED_ITEMS, sensor=SEARCHED, allow_missing=True),
    log:
        "logs/{year}/tiles/{tile}/search_items.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/search_items.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(30),
    params:
        searches=searches,
        period=period,
        code=code_digest("search_items"),
    message:
        "Searching STAC items of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/search_items.py"
