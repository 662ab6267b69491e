"""When: the output dates of the gap filling.

dates  per year: the same for all tiles

They depend on the first and last day of each tile's series alone, which the archive's listing tells: so a new scene
in between leaves them, and with them all other tiles, as they are.
"""


localrules:
    dates,


rule dates:
    input:
        tables=tables_that_tell_dates,
    output:
        dates=DATES,
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
        calendars=CALENDARS,
        period=period,
        ranges=date_ranges,
        code=code_digest("dates"),
    message:
        "Choosing the dates of {wildcards.year} for all tiles."
    script:
        "../../scripts/dates.py"
