"""What the samples themselves tell of the accuracy, and of mistakes in the reference.

cross_validate  per region and run: samples predicted by models that have not seen them; what sensors, dates and bands
                bring
sample_quality  per year: accuracy by pixels, whole polygons and whole blocks left out; suspicious polygons
importance      per year: what sensors, dates and bands bring, in the whole map and in its regions
"""


rule cross_validate:
    input:
        samples=of_tiles("results/{year}/tiles/{tile}/samples.parquet"),
        reference=rules.reference.output.polygons,
        counts=rules.select_samples.output.counts,
    output:
        **({"importance": [IMPORTANCES]} if FOLDED["importance"] else {}),
        predictions=CROSS_VALIDATED,
    log:
        f"logs/{{year}}/models/{OF_MODEL}_cross_validate.log",
    benchmark:
        f"benchmarks/{{year}}/models/{OF_MODEL}_cross_validate.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(len(YEARS) * len(REGIONS), 16)
    resources:
        mem_mb=train_memory,
        runtime=train_minutes,
    params:
        model=CONFIG["model"],
        cross_validation=FOLDED,
        seed=CONFIG["seed"],
        regions=REGIONS,
        sources=sources_of_model,
        all_sensors=sorted(SETTINGS.sensors),
        functions=FUNCTION_LABELS,
        code=code_digest("cross_validate"),
    message:
        "Cross-validating the samples of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/cross_validate.py"


rule sample_quality:
    input:
        predictions=cross_validations,
        nomenclature=MADE_NOMENCLATURE,
    output:
        scores="results/{year}/accuracy/cross_validation.csv",
        suspected="results/{year}/accuracy/suspected_polygons.csv",
    log:
        "logs/{year}/sample_quality.log",
    benchmark:
        "benchmarks/{year}/sample_quality.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        runs=CROSS_RUNS,
        regions=REGIONS,
        groups=list(SENSOR_GROUPS),
        mass=SENSOR_MASS,
        cross_validation=CONFIG["cross_validation"],
        nomenclature=nomenclature_file,
        classes=CLASSES,
        code=code_digest("sample_quality"),
    message:
        "Telling the accuracy by folds of the samples of {wildcards.year}."
    script:
        "../../scripts/sample_quality.py"


rule importance:
    input:
        tables=importances,
    output:
        importance="results/{year}/accuracy/importance.csv",
    log:
        "logs/{year}/importance.log",
    benchmark:
        "benchmarks/{year}/importance.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(30),
    params:
        regions=REGIONS,
        groups=list(SENSOR_GROUPS),
        code=code_digest("importance"),
    message:
        "Telling what sensors, dates and bands bring to the map of {wildcards.year}."
    script:
        "../../scripts/importance.py"
