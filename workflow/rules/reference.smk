"""Reference polygons.

reference  all tiles: polygons cleaned, with their region and their role in each run; of a target, the bins of its values
"""


rule reference:
    input:
        polygons=reference_files,
        nomenclature=[] if PLAN.target else PLAN.legend.made_files,
        territory=rules.territory.output.territory,
    output:
        **({"bins": PLAN.legend.made_files[0]} if PLAN.target else {}),
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
        reference=PLAN.settings.reference.counted,
        nomenclature=given_nomenclature,
        target=PLAN.target_parts("bins"),
        classes=PLAN.legend.classes,
        runs=PLAN.config["runs"],
        seed=PLAN.config["seed"],
        code=code_digest("reference"),
    message:
        "Cleaning the reference polygons of {wildcards.year}."
    script:
        "../../scripts/reference.py"
