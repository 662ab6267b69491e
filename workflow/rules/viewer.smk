"""The map on a page.

map_page  per year: one self-contained HTML page to pan and zoom over the map, whether or not its checks pass
"""


rule map_page:
    input:
        maps=shown_maps,
        nomenclature=list(filter(None, [PLAN.config["nomenclature"]])),
    output:
        page="results/{year}/map.html",
    log:
        "logs/{year}/map_page.log",
    benchmark:
        "benchmarks/{year}/map_page.tsv"
    conda:
        "../../envs/landloom.yaml"
    threads: 1
    resources:
        mem_mb=memory(1500),
        runtime=minutes(30),
    params:
        title=title,
        period=period,
        sensors=credits_of_sensors,
        groups=list(PLAN.sensor_groups),
        target=PLAN.target_parts("unit"),
        templates=templates_digest(VIEWER_TEMPLATES),
        code=code_digest("map_page"),
    message:
        "Writing the page of the map of {wildcards.year}."
    script:
        "../../scripts/map_page.py"
