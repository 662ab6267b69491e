"""Which files models are made of, and which models there are: of regions, runs and groups of sensors. No rules here."""

from landloom.configuration.file_patterns import placed


def of_models(pattern, year, runs):
    """Return a file of each model, by run, region and group of sensors."""
    groups = PLAN.sensor_groups or [""]
    return [
        pattern.format(year=year, region=region, run=run, group=group)
        for run in runs
        for region in PLAN.regions
        for group in groups
    ]


def models_of_year(wildcards):
    """Return the models of all runs and, of each, of all regions; of each, those of all groups of sensors."""
    return of_models(PLAN.files.model, wildcards.year, PLAN.runs)


def sources_of_model(wildcards):
    """Return the sensors, rasters and functions that the job's model sees; nothing where it sees all."""
    return PLAN.sensor_groups[wildcards.group] if PLAN.sensor_groups else []


def beliefs_of_year(wildcards):
    """Return the scores that weigh the models of groups of sensors, in the models' order."""
    if not PLAN.sensor_groups:
        return []
    return of_models(PLAN.files.cross_validation, wildcards.year, PLAN.runs)


def cross_validations(wildcards):
    """Return the cross-validations of all models, run by run."""
    return of_models(
        PLAN.files.cross_validation, wildcards.year, PLAN.cross_validated_runs
    )


def importances(wildcards):
    """Return what each sensor, date and band brings to all models, run by run."""
    return of_models(PLAN.files.importance, wildcards.year, PLAN.cross_validated_runs)


def epoch_tables(wildcards):
    """Return what each epoch has come to, of all models of the run that the report shows."""
    return of_models(PLAN.files.epochs, wildcards.year, PLAN.runs[:1])


def suspected_samples(wildcards):
    """Return the cross-validations of all regions in the job's run, where suspected polygons are left out.

    Of the job's year, then of each whose samples it takes.
    """
    if not PLAN.left_out:
        return []
    given = dict(wildcards.items())
    return [
        PLAN.files.cross_validation.format(**given | {"year": year, "region": region})
        for year in [wildcards.year, *source_years(wildcards)]
        for region in PLAN.regions
    ]


def source_years(wildcards):
    """Return the other years that samples of the job's model come from."""
    return samples_of_model(wildcards).get("source_years", [])


def of_source_years(pattern):
    """Return an input function: a file of each tile of each year whose samples are taken."""

    def files(wildcards):
        return expand(pattern, year=source_years(wildcards), tile=PLAN.tiles)

    return files


def tests_of_borrower(wildcards):
    """Return the reference pixels of the job's year, of which those that test train in no year."""
    files = of_tiles("results/{year}/tiles/{tile}/candidates.parquet")
    return files(wildcards) if source_years(wildcards) else []


def grids_of_source_year(wildcards):
    """Return the grids of all tiles, of the job's year and of each whose samples it takes: they must not differ."""
    years = (
        [wildcards.year, *source_years(wildcards)] if source_years(wildcards) else []
    )
    return expand("results/{year}/tiles/{tile}/grid.json", year=years, tile=PLAN.tiles)


def samples_of_model(wildcards):
    """Return what else than the draws a model's samples depend on, with the classes where labels name them."""
    return PLAN.model_samples(wildcards.region, wildcards.year)


def of_earlier_map(pattern):
    """Return an input function: a file of the samples that come from an earlier map, in years that get some."""

    def file(wildcards):
        takes = PLAN.from_map and str(PLAN.from_map["year"]) != wildcards.year
        return [pattern.format(**wildcards)] if takes else []

    return file


def earlier_layer(layer):
    """Return an input function: a layer of the earlier map, of the job's tile."""
    run = "" if layer == "validity" else "run0/"
    ours = f"results/{PLAN.from_map['year']}/tiles/{{tile}}/{run}{layer}.tif"

    def file(wildcards):
        return placed(PLAN.from_map[layer] or ours, wildcards.year, wildcards.tile)

    return file


def parts_of_earlier_map(wildcards):
    """Return the files that belong to the layers of an earlier map which another program has written."""
    layers = ("classification", "confidence", "validity")
    given = [PLAN.from_map[layer] for layer in layers if PLAN.from_map[layer]]
    return parts_alone([placed(file, wildcards.year, wildcards.tile) for file in given])


def drawn_samples(wildcards):
    """Return the drawn samples of all tiles, where they train."""
    files = of_tiles("results/{year}/tiles/{tile}/samples.parquet")
    return [] if PLAN.settings.samples.trains_by_table_alone else files(wildcards)


def context_pixels(wildcards):
    """Return the pixels around samples of all tiles."""
    return of_tiles(PLAN.files.context_pixels)(wildcards)


def series_file(wildcards):
    """Return the user's own table of series that train the models of the job's year, if there is one."""
    return (
        [PLAN.series["file"].replace("{year}", wildcards.year)] if PLAN.series else []
    )


def map_sample_products(wildcards):
    """Return what tells which samples of the job's year come from an earlier map."""
    made = of_earlier_map("results/{year}/map_sample_counts.csv")(wildcards)
    others = ["map_sample_draws.csv", "map_sample_ranks.csv"]
    others += [f"tiles/{tile}/map_candidates.parquet" for tile in PLAN.tiles]
    return (
        [*made, *(made[0].replace("map_sample_counts.csv", other) for other in others)]
        if made
        else []
    )
