"""Samples: pixels of reference polygons, and of ground that an earlier map is sure of.

candidates          per tile: all reference pixels, and which of them may train in each run; where models are trained,
                    also which region's model maps each pixel
select_samples      all tiles: up to which random key, or at which distances, the pixels of each class are drawn
map_candidates      per tile, with `samples.from_map`: the pixels of an earlier map that may be drawn
select_map_samples  all tiles, likewise: up to which random key these are drawn
samples             per tile: the drawn pixels and their features; with `context`, also the pixels around them
table_samples       with `samples.table`: the series of a table of the user's own, and their features

What is drawn goes from all tiles to each in small files for all: a file for each tile, made by one job, would make
planning quadratic in the tiles, and would be written again for all tiles whenever one changes.

How many pixels are drawn from an earlier map depends on what is drawn from the reference. The earlier map may be that
of another year of this configuration, made by the same rules.
"""


rule candidates:
    input:
        **(
            {"regions": REGIONS_OF_TILE}
            if PLAN.frozen
            else {"territory": rules.territory.output.territory}
        ),
        polygons=rules.reference.output.polygons,
        grid=GRID_OF_TILE,
        validity=rules.acquisitions.output.validity,
    output:
        **({} if PLAN.frozen else {"regions": REGIONS_OF_TILE}),
        candidates="results/{year}/tiles/{tile}/candidates.parquet",
    log:
        "logs/{year}/tiles/{tile}/candidates.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/candidates.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        config=config_digest("regions"),
        regions_code=code_digest("regions"),
        code=code_digest("candidates"),
    message:
        "Finding the reference pixels of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/candidates.py"


rule select_samples:
    input:
        candidates=(
            ["results/{year}/object_candidates.parquet"]
            if PLAN.objects
            else of_tiles("results/{year}/tiles/{tile}/candidates.parquet")
        ),
        nomenclature=PLAN.legend.made_files,
        numbers=PLAN.settings.samples.drawing_files(),
    output:
        draws="results/{year}/sample_draws.csv",
        ranks="results/{year}/sample_ranks.csv",
        counts="results/{year}/sample_counts.csv",
    log:
        "logs/{year}/select_samples.log",
    benchmark:
        "benchmarks/{year}/select_samples.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory_for(WORKLOAD.drawing_mb),
        runtime=minutes(30),
    params:
        draws=PLAN.draws,
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        runs=PLAN.config["runs"],
        seed=PLAN.config["seed"],
        tiles=PLAN.tiles,
        regions=PLAN.regions,
        objects=bool(PLAN.objects),
        code=code_digest("select_samples"),
    message:
        "Drawing the training pixels of {wildcards.year}."
    script:
        "../../scripts/select_samples.py"


if PLAN.from_map:

    rule map_candidates:
        input:
            classification=earlier_layer("classification"),
            confidence=earlier_layer("confidence"),
            validity=earlier_layer("validity"),
            parts=parts_of_earlier_map,
            regions=REGIONS_OF_TILE,
            observations=rules.acquisitions.output.validity,
            grid=GRID_OF_TILE,
            candidates=rules.candidates.output.candidates,
            counts=rules.select_samples.output.counts,
            nomenclature=PLAN.legend.made_files,
        output:
            candidates="results/{year}/tiles/{tile}/map_candidates.parquet",
        log:
            "logs/{year}/tiles/{tile}/map_candidates.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/map_candidates.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(3000),
            runtime=minutes(60),
        params:
            from_map=PLAN.config["samples"]["from_map"],
            minimum_observations=[
                draw["minimum_valid_observations"] for draw in PLAN.draws.values()
            ],
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            regions=PLAN.regions,
            seed=PLAN.config["seed"],
            code=code_digest("map_candidates"),
        message:
            "Finding the pixels of tile {wildcards.tile} that an earlier map is sure of, {wildcards.year}."
        script:
            "../../scripts/map_candidates.py"

    rule select_map_samples:
        input:
            candidates=of_tiles("results/{year}/tiles/{tile}/map_candidates.parquet"),
            counts=rules.select_samples.output.counts,
            nomenclature=PLAN.legend.made_files,
        output:
            draws="results/{year}/map_sample_draws.csv",
            ranks="results/{year}/map_sample_ranks.csv",
            counts="results/{year}/map_sample_counts.csv",
        log:
            "logs/{year}/select_map_samples.log",
        benchmark:
            "benchmarks/{year}/select_map_samples.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory_for(WORKLOAD.drawing_mb),
            runtime=minutes(30),
        params:
            labels=PLAN.from_map["labels"],
            number=PLAN.from_map["number"],
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            tiles=PLAN.tiles,
            regions=PLAN.regions,
            seed=PLAN.config["seed"],
            code=code_digest("select_map_samples"),
        message:
            "Drawing the pixels of {wildcards.year} that an earlier map is sure of."
        script:
            "../../scripts/select_map_samples.py"


rule samples:
    input:
        **there(
            map_candidates=PLAN.from_map
            and of_earlier_map("results/{year}/tiles/{tile}/map_candidates.parquet"),
            map_draws=PLAN.from_map
            and of_earlier_map("results/{year}/map_sample_draws.csv"),
            map_ranks=PLAN.from_map
            and of_earlier_map("results/{year}/map_sample_ranks.csv"),
            shifts=PLAN.files.shifts,
            prepared=PLAN.files.prepared,
            archives=PLAN.sensors.made_archives,
            rasters=PLAN.files.rasters,
            functions=PLAN.files.functions,
            function_rasters=PLAN.files.functions and function_rasters,
            superpixels=PLAN.files.superpixels,
            regions=PLAN.files.superpixels and REGIONS_OF_TILE,
        ),
        candidates=rules.candidates.output.candidates,
        draws=rules.select_samples.output.draws,
        ranks=rules.select_samples.output.ranks,
        table=rules.acquisitions.output.table,
        grid=GRID_OF_TILE,
        dates=PLAN.files.dates,
    output:
        **there(context=PLAN.files.context_pixels),
        samples="results/{year}/tiles/{tile}/samples.parquet",
        values="results/{year}/tiles/{tile}/sample_values.csv",
    log:
        "logs/{year}/tiles/{tile}/samples.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/samples.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(PLAN.tile_years, 2)
    resources:
        mem_mb=samples_memory(rules.select_samples.output.counts),
        runtime=minutes_for(WORKLOAD.samples_seconds),
        attempt=attempt_number,
    params:
        sensors=PLAN.sensors.sources,
        read=PLAN.sensors.read,
        features=PLAN.config["features"],
        rasters=PLAN.config["rasters"],
        functions=PLAN.functions.code,
        context=PLAN.context_of_samples,
        runs=PLAN.config["runs"],
        seed=PLAN.config["seed"],
        code=code_digest("samples"),
    message:
        "Reading the features of the training pixels of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/samples.py"


if PLAN.series:

    rule table_samples:
        input:
            series=series_file,
            nomenclature=PLAN.legend.made_files,
            dates=PLAN.files.dates,
            table=of_first_tile(rules.acquisitions.output.table),
            grid=of_first_tile(GRID_OF_TILE),
            shifts=of_first_tile(PLAN.files.shifts),
            archives=PLAN.sensors.made_archives,
        output:
            samples=PLAN.files.series_samples,
        log:
            "logs/{year}/table_samples.log",
        benchmark:
            "benchmarks/{year}/table_samples.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 2
        resources:
            mem_mb=memory_for(WORKLOAD.table_mb),
            runtime=minutes(60),
        params:
            series=PLAN.series,
            sensors=PLAN.sensors.sources,
            read=PLAN.sensors.read,
            features=PLAN.config["features"],
            period=period,
            nomenclature=nomenclature_file,
            classes=PLAN.legend.classes,
            regions=PLAN.regions,
            seed=PLAN.config["seed"],
            code=code_digest("table_samples"),
        message:
            "Making the features of the series of the table of {wildcards.year}."
        script:
            "../../scripts/table_samples.py"
