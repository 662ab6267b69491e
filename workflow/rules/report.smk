"""The report.

report         per year: one self-contained HTML page
report_values  per year, with a target: the same of its map
"""

if PLAN.target:

    rule report_values:
        input:
            tables=of_tiles("results/{year}/tiles/{tile}/acquisitions.csv"),
            shifts=of_tiles(PLAN.files.shifts) if PLAN.files.shifts else [],
            rasters=of_tiles(PLAN.files.rasters) if PLAN.files.rasters else [],
            # For the names of its features.
            samples=(
                []
                if PLAN.frozen
                else f"results/{{year}}/tiles/{PLAN.tiles[0]}/samples.parquet"
            ),
            bins=PLAN.legend.made_files[0],
            comparison=f"results/{{year}}/accuracy/run{PLAN.runs[0]}/comparison.parquet",
            importance=(
                rules.accuracy_values.output.importance if PLAN.importance else []
            ),
            epochs=epoch_tables if PLAN.trains_by_epochs else [],
            scores=rules.accuracy_values.output.scores,
            summary=rules.accuracy_values.output.summary,
            territory=rules.territory.output.territory,
            dates=PLAN.files.dates,
            findings=rules.reference.output.findings,
            sample_counts=PLAN.files.sample_counts,
            value=f"results/{{year}}/map/run{PLAN.runs[0]}/value.tif",
            half_width=f"results/{{year}}/map/run{PLAN.runs[0]}/half_width.tif",
            validity=rules.mosaic_validity.output.mosaic,
            checks=rules.sanity_values.output.findings,
            gate=rules.gate.output.passed,
        output:
            report=report(
                "results/{year}/report.html",
                caption="../report/report.rst",
                category="{year}",
            ),
        log:
            "logs/{year}/report_values.log",
        benchmark:
            "benchmarks/{year}/report_values.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(2000),
            runtime=minutes(30),
        params:
            # Not an input: jobs that run again without another result must not make the report again.
            logs="logs/{year}",
            title=title,
            target=PLAN.target_parts("intervals", "unit"),
            configuration=configuration_of_year,
            period=period,
            tiles=PLAN.tiles,
            grids=implied_of_tiles("results/{year}/tiles/{tile}/grid.json"),
            values=implied_of_tiles("results/{year}/tiles/{tile}/values.csv"),
            sample_values=implied_sample_values,
            map_values=implied_of_tiles("results/{year}/tiles/{tile}/map_values.csv"),
            counts=implied_counts,
            # Of the survey: another may find other values in the same products.
            surveyed_by=code_digest("acquisitions"),
            runs=PLAN.runs,
            templates=templates_digest(),
            code=code_digest("report_values"),
        message:
            "Writing the report of {wildcards.year}."
        script:
            "../../scripts/report_values.py"

else:

    rule report:
        input:
            **comparison_tables(),
            tables=of_tiles("results/{year}/tiles/{tile}/acquisitions.csv"),
            shifts=of_tiles(PLAN.files.shifts) if PLAN.files.shifts else [],
            confusion_pixels=f"results/{{year}}/accuracy/run{PLAN.runs[0]}/confusion_pixels.csv",
            confusion_polygons=f"results/{{year}}/accuracy/run{PLAN.runs[0]}/confusion_polygons.csv",
            confusion_groups_pixels=f"results/{{year}}/accuracy/run{PLAN.runs[0]}/confusion_groups_pixels.csv",
            confusion_groups_polygons=f"results/{{year}}/accuracy/run{PLAN.runs[0]}/confusion_groups_polygons.csv",
            rasters=of_tiles(PLAN.files.rasters) if PLAN.files.rasters else [],
            # For the names of its features.
            samples=(
                []
                if PLAN.frozen
                else f"results/{{year}}/tiles/{PLAN.tiles[0]}/samples.parquet"
            ),
            epochs=epoch_tables if PLAN.trains_by_epochs else [],
            scores=rules.accuracy.output.scores,
            summary=rules.accuracy.output.summary,
            territory=rules.territory.output.territory,
            dates=PLAN.files.dates,
            findings=rules.reference.output.findings,
            sample_counts=PLAN.files.sample_counts,
            nomenclature=PLAN.config["nomenclature"],
            classification=f"results/{{year}}/map/run{PLAN.runs[0]}/classification.tif",
            confidence=f"results/{{year}}/map/run{PLAN.runs[0]}/confidence.tif",
            confidence_counts=f"results/{{year}}/accuracy/run{PLAN.runs[0]}/confidence.csv",
            validity=rules.mosaic_validity.output.mosaic,
            checks=rules.sanity.output.findings,
            gate=rules.gate.output.passed,
        output:
            report=report(
                "results/{year}/report.html",
                caption="../report/report.rst",
                category="{year}",
            ),
        log:
            "logs/{year}/report.log",
        benchmark:
            "benchmarks/{year}/report.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: 1
        resources:
            mem_mb=memory(2000),
            runtime=minutes(30),
        params:
            # Not an input: jobs that run again without another result must not make the report again.
            logs="logs/{year}",
            title=title,
            configuration=configuration_of_year,
            period=period,
            tiles=PLAN.tiles,
            grids=implied_of_tiles("results/{year}/tiles/{tile}/grid.json"),
            values=implied_of_tiles("results/{year}/tiles/{tile}/values.csv"),
            sample_values=implied_sample_values,
            map_values=implied_of_tiles("results/{year}/tiles/{tile}/map_values.csv"),
            counts=implied_counts,
            # Of the survey: another may find other values in the same products.
            surveyed_by=code_digest("acquisitions"),
            runs=PLAN.runs,
            comparisons=sorted(comparison_tables()),
            templates=templates_digest(),
            code=code_digest("report"),
        message:
            "Writing the report of {wildcards.year}."
        script:
            "../../scripts/report.py"
