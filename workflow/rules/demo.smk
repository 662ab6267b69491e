"""Inputs that come with the program, for whoever has none of their own (`inputs_from`).

demo     an archive of made-up scenes, as a user would have downloaded them, and the vectors that go with it
romania  real data: Sentinel-2 over Romania, from a package on PyPI (needs the network once)
"""

if PLAN.settings.inputs_from == "demo":

    rule demo:
        output:
            **demo_archives(),
            parcels="demo/parcels.gpkg",
            regions="demo/regions.gpkg",
            nomenclature="demo/nomenclature.csv",
            references=expand("demo/{year}/reference.gpkg", year=PLAN.years),
            truth=directory(expand("demo/{year}/truth", year=PLAN.years)),
        log:
            "logs/demo.log",
        benchmark:
            "benchmarks/demo.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 2
        resources:
            mem_mb=memory(1000 + PLAN.config["demo"]["size_px"] ** 2 // 1200),
            runtime=minutes(60),
        params:
            demo=PLAN.config["demo"],
            years=PLAN.years,
            code=code_digest("demo"),
        message:
            "Making the demo archive."
        script:
            "../../scripts/demo.py"


if PLAN.settings.inputs_from == "romania":

    rule romania:
        output:
            archive=directory("romania/archive"),
            reference="romania/reference.gpkg",
            tree_cover="romania/tree_cover.gpkg",
            nomenclature="romania/nomenclature.csv",
        log:
            "logs/romania.log",
        benchmark:
            "benchmarks/romania.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(1000),
            runtime=minutes(30),
        params:
            code=code_digest("romania"),
        message:
            "Getting real Sentinel-2 data of Romania."
        script:
            "../../scripts/romania.py"
