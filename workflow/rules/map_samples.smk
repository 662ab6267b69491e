"""Samples from ground that an earlier map is sure of.

map_candidates      per tile: the pixels that may be drawn
select_map_samples  all tiles: up to which random key they are drawn

How many depends on what is drawn from the reference, so this comes after `select_samples`; `samples` then takes both.
The earlier map may be that of another year of this configuration, made by the same rules.
"""


rule map_candidates:
    input:
        classification=earlier_layer("classification"),
        confidence=earlier_layer("confidence"),
        validity=earlier_layer("validity"),
        regions=rules.regions.output.regions,
        observations=rules.acquisitions.output.validity,
        grid=rules.grid.output.grid,
        candidates=rules.candidates.output.candidates,
        counts=rules.select_samples.output.counts,
        nomenclature=MADE_NOMENCLATURE,
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
        from_map=CONFIG["samples"]["from_map"],
        minimum_observations=[draw["minimum_valid_observations"] for draw in DRAWS.values()],
        nomenclature=nomenclature_file,
        classes=CLASSES,
        regions=REGIONS,
        seed=CONFIG["seed"],
        code=code_digest("map_candidates"),
    message:
        "Finding the pixels of tile {wildcards.tile} that an earlier map is sure of, {wildcards.year}."
    script:
        "../../scripts/map_candidates.py"


rule select_map_samples:
    input:
        candidates=of_tiles("results/{year}/tiles/{tile}/map_candidates.parquet"),
        counts=rules.select_samples.output.counts,
        nomenclature=MADE_NOMENCLATURE,
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
        mem_mb=select_memory,
        runtime=minutes(30),
    params:
        labels=FROM_MAP["labels"],
        number=FROM_MAP["number"],
        nomenclature=nomenclature_file,
        classes=CLASSES,
        tiles=TILES,
        regions=REGIONS,
        seed=CONFIG["seed"],
        code=code_digest("select_map_samples"),
    message:
        "Drawing the pixels of {wildcards.year} that an earlier map is sure of."
    script:
        "../../scripts/select_map_samples.py"
