"""The demo: an archive of made-up scenes, as a user would have downloaded them, and the vectors that go with it."""

DEMO_ARCHIVES = {
    "sentinel2": directory("demo/archive"),
    "landsat8": directory("demo/landsat"),
    "altitude": "demo/altitude.tif",
}


rule demo:
    output:
        **{key: DEMO_ARCHIVES[key] for key in CONFIG["demo"]["sensors"]},
        regions="demo/regions.gpkg",
        nomenclature="demo/nomenclature.csv",
        references=expand("demo/{year}/reference.gpkg", year=YEARS),
        truth=directory(expand("demo/{year}/truth", year=YEARS)),
    log:
        "logs/demo.log",
    benchmark:
        "benchmarks/demo.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 2
    resources:
        mem_mb=memory(1000 + CONFIG["demo"]["size_px"] ** 2 // 1200),
        runtime=minutes(60),
    params:
        demo=CONFIG["demo"],
        years=YEARS,
        code=code_digest("demo"),
    message:
        "Making the demo archive."
    script:
        "../../scripts/demo.py"
