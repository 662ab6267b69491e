"""Co-registration.

shifts  per tile: how far each acquisition has to be moved to lie on a reference image
"""


rule shifts:
    input:
        table=rules.acquisitions.output.table,
        grid=rules.grid.output.grid,
        archives=MADE_ARCHIVES,
        references=reference_images,
    output:
        shifts=SHIFTS,
    log:
        "logs/{year}/tiles/{tile}/shifts.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/shifts.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: shared_threads(TILE_YEARS, 2)
    resources:
        mem_mb=reading_memory,
        runtime=shifts_minutes,
    params:
        sensors=COREGISTERED,
        read={name: READ[name] for name in COREGISTERED},
        code=code_digest("shifts"),
    message:
        "Finding the shifts of tile {wildcards.tile}, {wildcards.year}."
    script:
        "../../scripts/shifts.py"
