"""Reference polygons.

reference  all tiles: polygons cleaned, with their region and their role in each run
"""


rule reference:
    input:
        polygons=reference_files,
        nomenclature=PLAN.legend.made_files,
        territory=rules.territory.output.territory,
    output:
        polygons="results/{year}/reference.gpkg",
        findings="results/{year}/reference_findings.json",
    log:
        "logs/{year}/reference.log",
    benchmark:
        "benchmarks/{year}/reference.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        reference=PLAN.config["reference"],
        nomenclature=nomenclature_file,
        classes=PLAN.legend.classes,
        runs=PLAN.config["runs"],
        seed=PLAN.config["seed"],
        code=code_digest("reference"),
    message:
        "Cleaning the reference polygons of {wildcards.year}."
    script:
        "../../scripts/reference.py"
