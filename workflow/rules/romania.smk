"""The example on real data: Sentinel-2 over Romania, from a package on PyPI (needs the network once)."""


rule romania:
    output:
        archive=directory("romania/archive"),
        reference="romania/reference.gpkg",
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
