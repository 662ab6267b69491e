"""Models that are trained here.

dates  per year: the output dates of the gap filling, the same for all tiles
train  per region and run: a classifier from the samples of all tiles of its region, and what became of the search for
       its parameters, where there is one

The dates depend on the first and last day of each tile's series alone, which the archive's listing tells: so a new
scene in between leaves them, and with them all other tiles, as they are.
"""


localrules:
    dates,


# Only areas of polygons and blocks of ground are looked up there: other models do not depend on it.
ON_GROUND = SETTINGS.model.largest_training_area_km2 or (
    SETTINGS.model.search and SETTINGS.model.search.groups == "block"
)
TRAINING_GROUND = rules.reference.output.polygons if ON_GROUND else []


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
        problems=listing_problems,
        code=code_digest("dates"),
    message:
        "Choosing the dates of {wildcards.year} for all tiles."
    script:
        "../../scripts/dates.py"


rule train:
    input:
        samples=of_tiles("results/{year}/tiles/{tile}/samples.parquet"),
        cross_validations=suspected_samples,
        lent_samples=of_source_years("results/{year}/tiles/{tile}/samples.parquet"),
        lent_candidates=of_source_years("results/{year}/tiles/{tile}/candidates.parquet"),
        tests=tests_of_borrower,
        grids=grids_of_source_year,
        files=SETTINGS.samples.training_files(),
        nomenclature=MADE_NOMENCLATURE,
        dates=DATES,
        reference=TRAINING_GROUND,
    output:
        **(
            {"search": f"results/{{year}}/models/{OF_MODEL}_search.csv"}
            if SETTINGS.model.search
            else {}
        ),
        model=MODEL,
        sources=f"results/{{year}}/models/{OF_MODEL}_samples.csv",
    log:
        f"logs/{{year}}/models/{OF_MODEL}.log",
    benchmark:
        f"benchmarks/{{year}}/models/{OF_MODEL}.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(MODELS, 16)
    resources:
        mem_mb=train_memory,
        runtime=train_minutes,
    params:
        model=CONFIG["model"],
        samples=samples_of_model,
        suspected=LEFT_OUT,
        nomenclature=nomenclature_file,
        tiles=TILES,
        seed=CONFIG["seed"],
        regions=REGIONS,
        sources=sources_of_model,
        all_sensors=sorted(SETTINGS.sensors),
        functions=FUNCTION_LABELS,
        config=config_digest(*TRAINED),
        code=code_digest("train"),
    message:
        "Training the model of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/train.py"
