"""Files behind a request for maps, reports or everything, of the selected tiles and years. No rules here."""

from landloom.configuration.plan import selected


def selected_years():
    """Return the years whose products are wanted: for targets only, never for inputs."""
    return selected(PLAN.settings.year, PLAN.years)


def wanted_maps():
    """Return the maps of the selected years: those of the tiles, if tiles are selected, else the mosaics, checked."""
    agreement = ["agreement.tif", "agreement.qml"] if PLAN.agreement else []
    shown = [f"{PLAN.layers[0]}.tif", f"{PLAN.layers[0]}.qml"]
    if PLAN.settings.tile is not None:
        return expand(
            "results/{year}/tiles/{tile}/run{run}/{file}",
            year=selected_years(),
            tile=selected(PLAN.settings.tile, PLAN.tiles),
            run=PLAN.runs,
            # All layers: Snakemake does not look at a job whose outputs are others than before, unless one that is
            # new is asked for.
            file=[
                *(f"{layer}.tif" for layer in PLAN.layers),
                shown[1],
                *agreement[:1],
            ],
        )
    mosaics = expand(
        "results/{year}/map/run{run}/{layer}",
        year=selected_years(),
        run=PLAN.runs,
        layer=[
            *(f"{layer}.tif" for layer in PLAN.layers),
            shown[1],
            *agreement,
        ],
    )
    others = ["map/validity.tif", "map/validity.qml", "sanity_passed.txt", *compared()]
    if PLAN.object_vectors:
        others += [f"map/run{run}/objects.gpkg" for run in PLAN.runs]
    if PLAN.fusion:
        others += [f"map/fusion/{file}" for file in shown]
        others += [f"map/fusion/{PLAN.fused_layers[1]}.tif"]
    others += wanted_vectors()
    return mosaics + expand(
        "results/{year}/{other}", year=selected_years(), other=others
    )


def compared():
    """Return the tables that tell how fused maps fare beside those that they were made of."""
    tables = []
    if PLAN.fusion and not PLAN.target:
        tables += ["accuracy/fusion/scores.csv"]
    if PLAN.compares_boundaries:
        tables += ["accuracy/boundary/scores.csv", "accuracy/boundary/steps.csv"]
    return tables


def wanted_surveys():
    """Return what is known before the long work.

    What archives, rasters and polygons hold, where images lie, and which samples are drawn. Files that come with these
    are named, too: no other job asks for those, so that one that was removed would not be made again.
    """
    surveys = expand(
        [
            "results/{year}/tiles/{tile}/candidates.parquet",
            *rules.acquisitions.output,
            GRID_OF_TILE,
            REGIONS_OF_TILE,
            *filter(None, (PLAN.files.rasters, PLAN.files.shifts)),
        ],
        year=selected_years(),
        tile=PLAN.tiles,
    )
    draws = (
        []
        if PLAN.frozen
        else expand("results/{year}/sample_draws.csv", year=selected_years())
    )
    tried = expand(PLAN.files.functions, year=selected_years())
    return surveys + draws + tried + expand(PLAN.files.dates, year=selected_years())


def wanted_products():
    """Return all maps and, unless single tiles are selected, what tells of them, and what was removed of it."""
    if PLAN.settings.tile is not None:
        return wanted_maps()
    return (
        wanted_maps()
        + removed_products(selected_years())
        + expand(
            "results/{year}/{about}",
            year=selected_years(),
            about=[
                "report.html",
                "map.html",
                "provenance.json",
                "stac.json",
                "ro-crate-metadata.json",
            ],
        )
    )
