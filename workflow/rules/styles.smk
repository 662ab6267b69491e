"""Names and colours beside maps of classes.

style       per year and run: class names and styles (QGIS, SLD) beside the map
style_tile  per tile and run: the same, where the maps of single tiles are wanted
"""


localrules:
    style,
    style_tile,


rule style:
    input:
        nomenclature=PLAN.config["nomenclature"],
    output:
        names="results/{year}/map/run{run}/classification.tif.aux.xml",
        style="results/{year}/map/run{run}/classification.qml",
        sld="results/{year}/map/run{run}/classification.sld",
        classes="results/{year}/map/run{run}/classes.csv",
    log:
        "logs/{year}/map/run{run}/style.log",
    benchmark:
        "benchmarks/{year}/map/run{run}/style.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        code=code_digest("style"),
    message:
        "Writing the style of the map of {wildcards.year}, run {wildcards.run}."
    script:
        "../../scripts/style.py"


use rule style as style_tile with:
    output:
        names="results/{year}/tiles/{tile}/run{run}/classification.tif.aux.xml",
        style="results/{year}/tiles/{tile}/run{run}/classification.qml",
        sld="results/{year}/tiles/{tile}/run{run}/classification.sld",
        classes="results/{year}/tiles/{tile}/run{run}/classes.csv",
    log:
        "logs/{year}/tiles/{tile}/run{run}/style_tile.log",
    benchmark:
        "benchmarks/{year}/tiles/{tile}/run{run}/style_tile.tsv"
    message:
        "Writing the style of tile {wildcards.tile}, {wildcards.year}, run {wildcards.run}."
