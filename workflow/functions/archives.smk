"""Listings of archives while Snakemake plans. No rules here."""

GRID_SEARCHES = PLAN.config_digests(
    "grid",
    surveyed=PLAN.sensors.surveyed,
    code=code_digest("acquisitions"),
    made=(
        [PLAN.config["demo"], code_digest(PLAN.settings.inputs_from)]
        if PLAN.sensors.made_archives
        else []
    ),
)
"""By year: digest of all that grids depend on beside the products of their tile."""


def searched_items(wildcards):
    """Return the files of searched items of the job's tile and year."""
    return expand(
        PLAN.files.searched_items,
        sensor=PLAN.sensors.searched,
        year=wildcards.year,
        tile=wildcards.tile,
    )


def surveyed_sensors(wildcards):
    """Return sensors as a survey needs them: items that were searched are those of a file."""
    items = dict(zip(PLAN.sensors.searched, searched_items(wildcards)))
    return PLAN.sensors.surveyed_with(items)


def searches(wildcards):
    """Return what is searched for the job's tile: settings and box of each sensor."""
    found = PLAN.sensors.searches.values()
    return [(search, boxes.get(wildcards.tile)) for search, boxes in found]


def listing_of_job(wildcards):
    """Return what the archives hold for the job's tile and year, so that a new or changed product is noticed."""
    return LISTINGS.watched(wildcards.tile, wildcards.year)


def survey_digest(wildcards):
    """Return the digest of how a survey reads products; its table tells which."""
    return PLAN.survey_digest(wildcards.year)


def grid_search(wildcards):
    """Return the digest of all that grids depend on beside the products of their tile, for the job's year."""
    return GRID_SEARCHES[wildcards.year]


def validity_digest(wildcards):
    """Return the digest of what the map of valid observations depends on in the configuration."""
    return PLAN.validity_digest(wildcards.year)


REGIONS_DIGESTS = PLAN.config_digests("regions", code=code_digest("regions"))
"""By year: digest of what regions of tiles depend on beside the territory."""


def regions_digest(wildcards):
    """Return the digest of what regions of tiles depend on beside the territory, for the job's year."""
    return REGIONS_DIGESTS[wildcards.year]


def tables_that_tell_dates(wildcards):
    """Return the tables of acquisitions where the archive's listing does not tell which products are used."""
    if PLAN.sensors.listing_tells_products:
        return []
    return of_tiles("results/{year}/tiles/{tile}/acquisitions.csv")(wildcards)


def listing_problems(wildcards):
    """Return why the archives of some tiles cannot be listed, which leaves no dates that all tiles share."""
    return LISTINGS.problems(wildcards.year)


def date_ranges(wildcards):
    """Return what output dates follow from, of each sensor, by the listing."""
    return LISTINGS.date_ranges(wildcards.year)


def unseen_sensors(wildcards):
    """Return the sensors that no tile needs and no tile has, by the listing of all tiles' archives."""
    return LISTINGS.unseen_sensors(wildcards.year)


def reference_images(wildcards):
    """Return the rasters that images of the job's tile and year are moved onto."""
    return with_parts(PLAN.sensors.reference_images([wildcards.tile], wildcards.year))


def reference_images_of_year(wildcards):
    """Return the rasters that images of the job's year are moved onto."""
    return with_parts(PLAN.sensors.reference_images(PLAN.tiles, wildcards.year))


def folders_of_copies(wildcards):
    """Return the folder of the copies of each sensor's images of the job's tile and year."""
    return PLAN.sensors.folders_of_copies(wildcards.tile, wildcards.year)


def ground_files(wildcards):
    """Return the elevation models and geoids that the radar images of the job's tile are made with."""
    return with_parts(PLAN.sensors.ground_files(wildcards.tile))


def ground_folders(wildcards):
    """Return the digests of folders of heights, so that new or changed heights near the job's tile are noticed."""
    return LISTINGS.ground(wildcards.tile, wildcards.year)


def demo_archives():
    """Return what the demo makes of each of its sensors."""
    made = {
        "sentinel2": directory("demo/archive"),
        "landsat8": directory("demo/landsat"),
        "altitude": "demo/altitude.tif",
        "sentinel1": [directory("demo/sentinel1"), "demo/dem.tif"],
        "embeddings": directory("demo/embeddings"),
    }
    return {sensor: made[sensor] for sensor in PLAN.settings.demo.sensors}
