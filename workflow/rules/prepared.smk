"""Copies of images, which samples and maps read in place of the products.

prepare  per tile, of sensors with `prepare` and of radar: makes the images that are missing, and lists all; of radar,
         also the files of heights that they are made with

The images are no outputs of the rule: Snakemake would remove them where a job ends early, and they may lie elsewhere.
Each is whole once it has its name, so the next job goes on with those that are missing.
"""

if PLAN.sensors.prepared:

    rule prepare:
        input:
            table=rules.acquisitions.output.table,
            grid=GRID_OF_TILE,
            shifts=PLAN.files.shifts,
            archives=PLAN.sensors.made_archives,
            ground=ground_files,
        output:
            **there(ground=PLAN.files.ground),
            prepared=PLAN.files.prepared,
        log:
            "logs/{year}/tiles/{tile}/prepare.log",
        benchmark:
            "benchmarks/{year}/tiles/{tile}/prepare.tsv"
        conda:
            "../../envs/landloom.yaml"
        threads: shared_threads(PLAN.tile_years, WORKLOAD.PREPARED_AT_ONCE)
        resources:
            mem_mb=memory_for(WORKLOAD.preparing_mb),
            runtime=minutes_for(WORKLOAD.preparing_seconds),
        params:
            folders=folders_of_copies,
            shared=[name for name, one in PLAN.sensors.prepared.items() if one.folder],
            sections=PLAN.sensors.prepared_sections,
            ground=ground_folders,
            resampling={
                name: PLAN.sensors.sources[name]["resampling"]
                for name in PLAN.sensors.prepared
            },
            code=code_digest("prepare"),
        message:
            "Preparing the images of tile {wildcards.tile}, {wildcards.year}."
        script:
            "../../scripts/prepare.py"
