"""What the products of a year were made from, and the products themselves, by checksum. `make verify` checks both.

provenance  per year: configuration, code, software, and every file that was read or made
stac        per year: the maps as a STAC item collection

These come last: the provenance holds the report's checksum, so the report cannot tell of the provenance.
"""

import shlex

# The command is no parameter: it would make the provenance again whenever it is worded differently.
if workflow.is_main_process:
    os.environ["LANDLOOM_COMMAND"] = shlex.join(["snakemake", *sys.argv[1:]])

LAYERS = ["classification", "confidence"]
LAYERS += ["probabilities"] if SETTINGS.map.probabilities else []
# All outputs of these are products.
MAKERS = [
    rules.grid,
    rules.acquisitions,
    rules.dates,
    rules.territory,
    rules.regions,
    rules.reference,
    rules.candidates,
    rules.select_samples,
    rules.samples,
    rules.train,
    rules.classify,
    rules.mosaic,
    rules.mosaic_validity,
    rules.style,
    rules.compare,
    rules.accuracy,
    rules.report,
]


def products_of_year(wildcards):
    """Return all that is made for the job's year."""
    return expand(
        [pattern for rule in MAKERS for pattern in rule.output],
        year=wildcards.year,
        tile=TILES,
        region=REGIONS,
        run=RUNS,
        layer=LAYERS,
    )


def digests_of_scripts(wildcards):
    """Return the digest of the code behind each script of the workflow."""
    scripts = {Path(rule.script).stem for rule in workflow.rules if rule.script}
    return {script: code_digest(script) for script in sorted(scripts)}


rule provenance:
    input:
        products=products_of_year,
        files=of_tiles("results/{year}/tiles/{tile}/files.csv"),
        reference=reference_files,
        regions=vector_files(SETTINGS.regions.file) if SETTINGS.regions else [],
        nomenclature=[CONFIG["nomenclature"]],
    output:
        provenance="results/{year}/provenance.json",
    log:
        "logs/{year}/provenance.log",
    benchmark:
        "benchmarks/{year}/provenance.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 4
    resources:
        mem_mb=1000 + 2 * len(TILES),
        runtime=240,
    params:
        configuration={
            key: part for key, part in CONFIG.items() if key not in ("tile", "year")
        },
        digests=digests_of_scripts,
        code=code_digest("provenance"),
    message:
        "Writing the provenance of {wildcards.year}."
    script:
        "../../scripts/provenance.py"


rule stac:
    input:
        provenance=rules.provenance.output.provenance,
        nomenclature=CONFIG["nomenclature"],
    output:
        collection="results/{year}/stac.json",
    log:
        "logs/{year}/stac.log",
    benchmark:
        "benchmarks/{year}/stac.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=1000 + 2 * len(TILES),
        runtime=10,
    params:
        period=period,
        runs=RUNS,
        code=code_digest("stac"),
    message:
        "Describing the maps of {wildcards.year} as STAC items."
    script:
        "../../scripts/stac.py"
