"""Functions of the user's own that make features.

check_functions  per year: tries them on a window of the first tile, before the long work; lists what they return

What they return does not hang on the looks of that tile, so a new scene there tries nothing again: all tiles would be
made again behind it.
"""


rule check_functions:
    input:
        table=ancient(f"results/{{year}}/tiles/{TILES[0]}/acquisitions.csv"),
        validity=ancient(f"results/{{year}}/tiles/{TILES[0]}/validity.tif"),
        grid=f"results/{{year}}/tiles/{TILES[0]}/grid.json",
        dates=DATES,
        archives=MADE_ARCHIVES,
        shifts=ancient(SHIFTS.replace("{tile}", TILES[0])) if SHIFTS else [],
        rasters=of_first_tile(function_rasters),
    output:
        functions="results/{year}/functions.json",
    log:
        "logs/{year}/check_functions.log",
    benchmark:
        "benchmarks/{year}/check_functions.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=trial_memory,
        runtime=minutes(30),
    params:
        sensors=SOURCES,
        read=READ,
        features=CONFIG["features"],
        functions=FUNCTION_CODE,
        tile=TILES[0],
        code=code_digest("check_functions"),
    message:
        "Trying your functions on a window of tile {params.tile}, {wildcards.year}."
    script:
        "../../scripts/check_functions.py"
