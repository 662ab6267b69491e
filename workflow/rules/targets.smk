"""What a user may ask for by name: products of the selected tiles and years."""


localrules:
    maps,
    reports,
    models,


rule maps:
    input:
        wanted_maps(),


rule reports:
    input:
        expand("results/{year}/report.html", year=selected_years()),


rule models:
    input:
        expand(
            "results/{year}/models/{region}_run{run}.npz",
            year=selected_years(),
            region=REGIONS,
            run=RUNS,
        ),
