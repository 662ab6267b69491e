"""What a user may ask for by name: products of the selected tiles and years."""


def selected_years():
    return selected("year", YEARS)


def wanted_maps():
    """Return the maps of the selected years: those of the tiles, if tiles are selected, else the mosaics."""
    if SETTINGS.tile is not None:
        return expand(
            "results/{year}/tiles/{tile}/run{run}/classification.tif",
            year=selected_years(),
            tile=selected("tile", TILES),
            run=RUNS,
        )
    layers = ["classification.tif", "confidence.tif", "classification.qml"]
    layers += ["probabilities.tif"] if SETTINGS.map.probabilities else []
    mosaics = expand(
        "results/{year}/map/run{run}/{layer}",
        year=selected_years(),
        run=RUNS,
        layer=layers,
    )
    return mosaics + expand("results/{year}/map/validity.tif", year=selected_years())


def wanted_products():
    """Return all maps and, unless single tiles are selected, the reports."""
    if SETTINGS.tile is not None:
        return wanted_maps()
    return wanted_maps() + expand("results/{year}/report.html", year=selected_years())


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
