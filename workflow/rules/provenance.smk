"""What the products of a year were made from, and the products themselves, by checksum. `make verify` checks both.

provenance  per year: configuration, code, software, and every file that was read or made; of these, the maps as a STAC item
            collection, and all products as a research object (RO-Crate)

This comes last: the provenance holds the report's checksum, so the report cannot tell of the provenance.
"""


rule provenance:
    input:
        products=products_of_year,
        map_samples=map_sample_products,
        cross_validations=[] if PLAN.frozen else cross_validations,
        importances=importances if PLAN.importance else [],
        files=of_tiles("results/{year}/tiles/{tile}/files.csv"),
        ground=of_tiles(PLAN.files.ground) if PLAN.files.ground else [],
        rasters=raster_files_of_year,
        grids=grid_files_of_year,
        reference=reference_files,
        regions=region_files,
        references=reference_images_of_year,
        nomenclature=list(filter(None, [PLAN.config["nomenclature"]])),
        models=models_of_year if PLAN.frozen else [],
        samples=PLAN.settings.samples.files() if not PLAN.frozen else [],
        series=series_file,
        fused=fused_products,
        fusion=other_maps,
        vectors=vector_sources,
        features=function_inputs,
    output:
        provenance="results/{year}/provenance.json",
        collection="results/{year}/stac.json",
        crate="results/{year}/ro-crate-metadata.json",
    log:
        "logs/{year}/provenance.log",
    benchmark:
        "benchmarks/{year}/provenance.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 4
    resources:
        mem_mb=memory(1000 + 2 * len(PLAN.tiles)),
        runtime=minutes(240),
    params:
        configuration=configuration_of_year,
        tiles=PLAN.tiles,
        products_of_tiles=implied_products_of_tiles,
        removable=removable_products_of_tiles,
        digests=script_digests,
        period=period,
        runs=PLAN.runs,
        members=PLAN.members,
        code=code_digest("provenance"),
    message:
        "Writing the provenance of {wildcards.year}."
    script:
        "../../scripts/provenance.py"
