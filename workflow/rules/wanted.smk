"""What is wanted: the files behind a request for maps, reports or everything, of the selected tiles and years. No rules here."""


def selected(key, everything):
    """Return the values chosen by --config <key>=..., or all of them: for targets only, never for inputs."""
    chosen = getattr(SETTINGS, key)
    if chosen is None:
        return everything
    return [str(one) for one in (chosen if isinstance(chosen, list) else [chosen])]


def selected_years():
    """Return the years whose products are wanted."""
    return selected("year", YEARS)


def wanted_maps():
    """Return the maps of the selected years: those of the tiles, if tiles are selected, else the mosaics, checked."""
    agreement = ["agreement.tif", "agreement.qml"] if SETTINGS.map.agreement else []
    if SETTINGS.tile is not None:
        return expand(
            "results/{year}/tiles/{tile}/run{run}/{file}",
            year=selected_years(),
            tile=selected("tile", TILES),
            run=RUNS,
            file=["classification.tif", "classification.qml", *agreement[:1]],
        )
    mosaics = expand(
        "results/{year}/map/run{run}/{layer}",
        year=selected_years(),
        run=RUNS,
        layer=[*(f"{layer}.tif" for layer in LAYERS), "classification.qml", *agreement],
    )
    others = ["map/validity.tif", "sanity_passed.txt", *compared()]
    if FUSION:
        others += [f"map/fusion/classification.{suffix}" for suffix in ("tif", "qml")]
        others += ["map/fusion/confidence.tif"]
    return mosaics + expand(
        "results/{year}/{other}", year=selected_years(), other=others
    )


def compared():
    """Return the tables that tell how fused maps fare beside those that they were made of."""
    tables = []
    if FUSION:
        tables += ["accuracy/fusion/scores.csv"]
    if "boundary" in OPTIONAL_PARTS:
        tables += ["accuracy/boundary/scores.csv", "accuracy/boundary/steps.csv"]
    return tables


def wanted_surveys():
    """Return what is known before the long work: what archive, rasters and polygons hold, where images lie, and which samples are drawn."""
    surveys = expand(
        [
            "results/{year}/tiles/{tile}/candidates.parquet",
            *filter(None, (RASTERS, SHIFTS)),
        ],
        year=selected_years(),
        tile=TILES,
    )
    draws = (
        []
        if FROZEN
        else expand("results/{year}/sample_draws.csv", year=selected_years())
    )
    tried = expand(FUNCTION_NAMES, year=selected_years())
    return surveys + draws + tried + expand(DATES, year=selected_years())


def wanted_products():
    """Return all maps and, unless single tiles are selected, what tells of them."""
    if SETTINGS.tile is not None:
        return wanted_maps()
    return wanted_maps() + expand(
        "results/{year}/{about}",
        year=selected_years(),
        about=["report.html", "provenance.json", "stac.json"],
    )
