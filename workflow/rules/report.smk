"""The report.

report  per year: one self-contained HTML page
"""

from landloom.report.templating import templates_digest


rule report:
    input:
        tables=of_tiles("results/{year}/tiles/{tile}/acquisitions.csv"),
        grids=of_tiles("results/{year}/tiles/{tile}/grid.json"),
        counts=expand(
            "results/{year}/tiles/{tile}/run{run}/counts.json",
            tile=TILES,
            run=RUNS,
            allow_missing=True,
        ),
        confusion_pixels=expand(
            "results/{year}/accuracy/run{run}/confusion_pixels.csv",
            run=RUNS,
            allow_missing=True,
        ),
        confusion_polygons=expand(
            "results/{year}/accuracy/run{run}/confusion_polygons.csv",
            run=RUNS,
            allow_missing=True,
        ),
        summary=rules.accuracy.output.summary,
        territory=rules.territory.output.territory,
        dates=rules.dates.output.dates,
        findings=rules.reference.output.findings,
        sample_counts=rules.select_samples.output.counts,
        nomenclature=CONFIG["nomenclature"],
        classification=f"results/{{year}}/map/run{RUNS[0]}/classification.tif",
        confidence=f"results/{{year}}/map/run{RUNS[0]}/confidence.tif",
        validity=rules.mosaic_validity.output.mosaic,
    output:
        report="results/{year}/report.html",
    log:
        "logs/{year}/report.log",
    benchmark:
        "benchmarks/{year}/report.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        title=title,
        configuration={
            key: part for key, part in CONFIG.items() if key not in ("tile", "year")
        },
        period=period,
        tiles=TILES,
        runs=RUNS,
        templates=templates_digest(),
        code=code_digest("report"),
    message:
        "Writing the report of {wildcards.year}."
    script:
        "../../scripts/report.py"
