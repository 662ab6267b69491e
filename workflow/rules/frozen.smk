"""Models that were trained before: nothing here depends on the samples or, but for the grids, on other tiles.

frozen_dates  per year: the output dates of the gap filling, as the models were trained with
"""


rule frozen_dates:
    input:
        models=models_of_year,
    output:
        dates=DATES,
    log:
        "logs/{year}/frozen_dates.log",
    benchmark:
        "benchmarks/{year}/frozen_dates.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(10),
    params:
        sensors=sorted(SETTINGS.sensors),
        unseen=unseen_sensors,
        period=period,
        code=code_digest("frozen_dates"),
    message:
        "Taking the dates of {wildcards.year} from its models."
    script:
        "../../scripts/frozen_dates.py"
