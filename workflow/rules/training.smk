"""Models: trained here, or before.

frozen_dates    per year, of models that were trained before: the output dates of the gap filling that they were
                trained with; nothing here depends on samples then or, but for the grids, on other tiles
dates           per year: the output dates of the gap filling, the same for all tiles
train           per region and run: a classifier from the samples of all tiles of its region, and what became of the
                search for its parameters and of each epoch, where there are such
cross_validate  per region and run: samples predicted by models that have not seen them; what sensors, dates and bands
                bring
sample_quality  per year: accuracy by pixels, whole polygons and whole blocks left out; suspected polygons; what sensors,
                dates and bands bring, in the whole map and in its regions

The dates depend on the first and last day of each tile's series alone, which the archive's listing tells: so a new
scene in between leaves them, and with them all other tiles, as they are.
"""

if PLAN.frozen:

    rule frozen_dates:
        input:
            models=models_of_year,
        output:
            dates=PLAN.files.dates,
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
            **there(
                own_class=PLAN.functions.own_class, own_code=PLAN.functions.own_code
            ),
            sensors=PLAN.sensors.names,
            unseen=unseen_sensors,
            period=period,
            code=code_digest("frozen_dates"),
        message:
            "Taking the dates of {wildcards.year} from its models."
        script:
            "../../scripts/frozen_dates.py"

else:

    localrules:
        dates,

    rule dates:
        input:
            tables=tables_that_tell_dates,
        output:
            dates=PLAN.files.dates,
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
            calendars=PLAN.sensors.calendars,
            period=period,
            ranges=date_ranges,
            problems=listing_problems,
            code=code_digest("dates"),
        message:
            "Choosing the dates of {wildcards.year} for all tiles."
        script:
            "../../scripts/dates.py"


if not (PLAN.frozen or PLAN.target):

    rule train:
        input:
            **there(context=PLAN.files.context_pixels and context_pixels),
            samples=drawn_samples,
            series=PLAN.files.series_samples if PLAN.series else [],
            cross_validations=suspected_samples,
            lent_samples=of_source_years("results/{year}/tiles/{tile}/samples.parquet"),
            lent_candidates=of_source_years(
                "results/{year}/tiles/{tile}/candidates.parquet"
            ),
            tests=tests_of_borrower,
            grids=grids_of_source_year,
            files=PLAN.settings.samples.training_files(),
            nomenclature=PLAN.legend.made_files,
            dates=PLAN.files.dates,
            reference=(rules.reference.output.polygons if PLAN.trains_on_ground else []),
        output:
            **(
                {"search": PLAN.files.parameter_search}
                if PLAN.searches_parameters
                else {}
            ),
            **there(steps=PLAN.files.context_steps),
            **({"epochs": PLAN.files.epochs} if PLAN.trains_by_epochs else {}),
            model=PLAN.files.model,
            sources=PLAN.files.model_samples,
        log:
            f"logs/{{year}}/models/{PLAN.files.model_name}.log",
        benchmark:
            f"benchmarks/{{year}}/models/{PLAN.files.model_name}.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: shared_threads(PLAN.region_years * len(PLAN.runs), 16)
        resources:
            mem_mb=train_memory,
            runtime=train_minutes,
        params:
            **there(own_code=PLAN.functions.own_code),
            model=PLAN.config["model"],
            samples=samples_of_model,
            suspected=PLAN.left_out,
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            tiles=PLAN.tiles,
            seed=PLAN.config["seed"],
            regions=PLAN.regions,
            sources=sources_of_model,
            all_sensors=PLAN.sensors.names,
            embeddings=PLAN.sensors.embeddings,
            functions=PLAN.functions.labels,
            context=PLAN.context_of_model,
            config=config_digest(*PLAN.TRAINED),
            code=code_digest("train"),
        message:
            "Training the model of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."
        script:
            "../../scripts/train.py"

    rule cross_validate:
        input:
            samples=of_tiles("results/{year}/tiles/{tile}/samples.parquet"),
            reference=rules.reference.output.polygons,
            counts=rules.select_samples.output.counts,
        output:
            **({"importance": [PLAN.files.importance]} if PLAN.importance else {}),
            predictions=PLAN.files.cross_validation,
        log:
            f"logs/{{year}}/models/{PLAN.files.model_name}_cross_validate.log",
        benchmark:
            f"benchmarks/{{year}}/models/{PLAN.files.model_name}_cross_validate.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: shared_threads(PLAN.region_years, 16)
        resources:
            mem_mb=train_memory,
            runtime=cross_validation_minutes,
        params:
            **there(own_code=PLAN.functions.own_code),
            model=PLAN.config["model"],
            cross_validation=PLAN.cross_validation,
            seed=PLAN.config["seed"],
            regions=PLAN.regions,
            sources=sources_of_model,
            all_sensors=PLAN.sensors.names,
            functions=PLAN.functions.labels,
            code=code_digest("cross_validate"),
        message:
            "Cross-validating the samples of region {wildcards.region}, {wildcards.year}, run {wildcards.run}."
        script:
            "../../scripts/cross_validate.py"

    rule sample_quality:
        input:
            predictions=cross_validations,
            importances=importances if PLAN.importance else [],
            nomenclature=PLAN.legend.made_files,
        output:
            **(
                {"importance": "results/{year}/accuracy/importance.csv"}
                if PLAN.importance
                else {}
            ),
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
            runs=PLAN.cross_validated_runs,
            regions=PLAN.regions,
            groups=list(PLAN.sensor_groups),
            mass=PLAN.sensor_mass,
            cross_validation=PLAN.config["cross_validation"],
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            code=code_digest("sample_quality"),
        message:
            "Telling the accuracy by folds of the samples of {wildcards.year}."
        script:
            "../../scripts/sample_quality.py"
