"""Models, one for each region and run.

train  a classifier from the samples of all tiles of its region
"""


rule train:
    input:
        samples=of_tiles("results/{year}/tiles/{tile}/samples.parquet"),
        dates=DATES,
    output:
        model=MODEL,
    log:
        "logs/{year}/models/{region}_run{run}.log",
    benchmark:
        "benchmarks/{year}/models/{region}_run{run}.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(MODELS, 16)
    resources:
        mem_mb=train_memory,
        runtime=train_minutes,
    params:
        model=CONFIG["model"],
        seed=CONFIG["seed"],
        regions=REGIONS,
        config=config_digest(*TRAINED),
        code=code_digest("train"),
    message:
        "Training the model of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/train.py"
