"""What the products of a year were made from, and the products themselves, by checksum. `make verify` checks both.

provenance  per year: configuration, code, software, and every file that was read or made
stac        per year: the maps as a STAC item collection

These come last: the provenance holds the report's checksum, so the report cannot tell of the provenance.
"""


localrules:
    stac,


MAKERS = [
    rules.grid,
    rules.acquisitions,
    rules.territory,
    rules.regions,
    rules.reference,
    rules.candidates,
    rules.classify,
    rules.mosaic,
    rules.mosaic_validity,
    rules.style,
    rules.seams,
    rules.sanity,
    rules.gate,
    rules.compare,
    rules.accuracy,
    rules.report,
]
if FROZEN:
    MAKERS += [rules.frozen_dates]
else:
    MAKERS += [rules.dates, rules.select_samples, rules.samples, rules.train]
    MAKERS += [rules.sample_quality]
    MAKERS += [rules.importance] if FOLDED["importance"] else []
if SETTINGS.rasters:
    MAKERS += [rules.static_rasters]
if SETTINGS.map.agreement:
    MAKERS += [rules.agreement, rules.mosaic_agreement, rules.style_agreement]
if SHIFTS:
    MAKERS += [rules.shifts]
if BOUNDARY:
    MAKERS += [rules.boundaries]
if "boundary" in OPTIONAL_PARTS:
    MAKERS += [rules.compare_boundary, rules.accuracy_boundary]
if SEARCHED:
    MAKERS += [rules.search_items]
if FUNCTIONS:
    MAKERS += [rules.check_functions]
if FUSION:
    MAKERS += [rules.fuse, rules.validate_fusion, rules.accuracy_fusion]
    MAKERS += [rules.style_fusion]


rule provenance:
    input:
        products=outputs_of(*MAKERS),
        map_samples=map_sample_products,
        cross_validations=[] if FROZEN else cross_validations,
        importances=[] if FROZEN or not FOLDED["importance"] else importances,
        files=of_tiles("results/{year}/tiles/{tile}/files.csv"),
        rasters=raster_files_of_year,
        grids=of_tiles(CONFIG["grid"]["like"]) if CONFIG["grid"]["like"] else [],
        reference=reference_files,
        regions=vector_files(SETTINGS.regions.file) if SETTINGS.regions else [],
        references=reference_images_of_year,
        nomenclature=[CONFIG["nomenclature"]],
        models=models_of_year if FROZEN else [],
        samples=SETTINGS.samples.files() if not FROZEN else [],
        fused=fused_products,
        fusion=other_maps,
        features=function_inputs,
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
        mem_mb=memory(1000 + 2 * len(TILES)),
        runtime=minutes(240),
    params:
        configuration=configuration_of_year,
        digests=script_digests,
        members=MEMBERS,
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
        mem_mb=memory(1000 + 2 * len(TILES)),
        runtime=minutes(10),
    params:
        period=period,
        runs=RUNS,
        code=code_digest("stac"),
    message:
        "Describing the maps of {wildcards.year} as STAC items."
    script:
        "../../scripts/stac.py"
