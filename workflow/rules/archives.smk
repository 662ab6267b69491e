"""What archives hold, as far as their listing tells while Snakemake plans. No rules here."""

import dataclasses
import functools

from landloom.sensors import archive_listing, registry as sensors
from landloom.sensors.inventory import Inventory
from landloom.timeseries import output_dates as calendars

# Archives that a rule of ours makes; others are watched by `archive_listing`.
MADE_ARCHIVES = sorted(
    {
        sensor.archive
        for sensor in SETTINGS.sensors.values()
        if configuration.made_here(SETTINGS, sensor.archive)
    }
)
# A survey depends on a part of a sensor's description, the output dates on another.
NOT_SURVEYED = {*CALENDAR_KEYS, "resampling", "common_names", "coregistration"}
SURVEYED = {
    name: {key: value for key, value in sensor.items() if key not in NOT_SURVEYED}
    for name, sensor in CONFIG["sensors"].items()
}
# What those who read images know of a sensor's section; the rest, the surveys' descriptions tell.
SOURCES = {
    name: {
        "bands": list(sensor.bands),
        "letters": sensors.common_names(sensor),
        "resampling": sensor.resampling,
    }
    for name, sensor in SETTINGS.sensors.items()
}
CALENDARS = {
    name: {key: sensor[key] for key in CALENDAR_KEYS}
    for name, sensor in CONFIG["sensors"].items()
}
WATCHED = {
    name: sensor
    for name, sensor in SETTINGS.sensors.items()
    if sensor.archive not in MADE_ARCHIVES and name not in SEARCHED
}
# Images that are moved onto a reference, and how.
COREGISTERED = {
    name: {key: sensor[key] for key in ("coregistration", "resampling")}
    for name, sensor in CONFIG["sensors"].items()
    if sensor["coregistration"]
}
# Whether the listing alone tells which products are used: none is made later, skipped, or left out by a filter.
LISTED = not (
    MADE_ARCHIVES
    or SEARCHED
    or SETTINGS.on_bad_product == "skip"
    or any(
        sensor.days or sensor.orbits or sensor.minimum_valid_fraction
        for sensor in SETTINGS.sensors.values()
    )
)
OPTIONAL_SENSORS = [name for name, sensor in WATCHED.items() if not sensor.required]
# Jobs of their own process ask for one tile.
INVENTORY = Inventory(TILES if workflow.is_main_process else [])


def sensors_of_job(sensors):
    """Return sensors as a job of a tile and year needs them: items that were searched are those of a file."""
    if not SEARCHED:
        return sensors

    def of_job(wildcards):
        files = dict(zip(SEARCHED, searched_items(wildcards)))
        return {
            name: sensor
            | ({"archive": files[name], "search": None} if name in files else {})
            for name, sensor in sensors.items()
        }

    return of_job


def searched_items(wildcards):
    """Return the files of searched items of the job's tile and year."""
    return expand(
        SEARCHED_ITEMS, sensor=SEARCHED, year=wildcards.year, tile=wildcards.tile
    )


def searches(wildcards):
    """Return what is searched for the job's tile: settings and box of each sensor."""
    return [
        (
            CONFIG["sensors"][name]["search"],
            CONFIG["sensors"][name]["boxes"].get(wildcards.tile),
        )
        for name in SEARCHED
    ]


@functools.cache
def listing_of(tile, year):
    """Return what the archives hold for a tile and year."""
    days = configuration.period_of(SETTINGS, int(year))
    try:
        return archive_listing.listing(WATCHED, tile, *days, INVENTORY)
    except InputError as error:
        # The survey meets the same error, and shows it without Snakemake's traceback, for all tiles at once.
        return [["", "", str(error), ""]]


def listing_of_job(wildcards):
    """Return what the archives hold for the job's tile and year, so that a new or changed product is noticed."""
    return listing_of(wildcards.tile, wildcards.year)


def survey_digest(wildcards):
    """Return the digest of how a survey reads products; its table tells which."""
    surveyed = {
        name: {key: value for key, value in sensor.items() if key in SURVEYED[name]}
        for name, sensor in READ.items()
    }
    return digest([surveyed, PERIODS[wildcards.year]])


def validity_digest(wildcards):
    """Return the digest of what the map of clear looks depends on in the configuration."""
    return digest([survey_digest(wildcards), MAP_GRID])


def tables_that_tell_dates(wildcards):
    """Return the tables of acquisitions where the archive's listing does not tell which products are used."""
    if LISTED:
        return []
    return of_tiles("results/{year}/tiles/{tile}/acquisitions.csv")(wildcards)


def listed_dates(year):
    """Return the dates of the products of each sensor and tile, where the archive's listing tells them."""
    dates = {}
    for tile in TILES:
        for name, date, _, _ in listing_of(tile, year):
            dates.setdefault(name, {}).setdefault(tile, []).append(date)
    return {name: by_tile for name, by_tile in dates.items() if name in WATCHED}


def listing_problems(wildcards):
    """Return why the archives of some tiles cannot be listed, which leaves no dates that all tiles share."""
    if not LISTED:
        return []
    listed = [line for tile in TILES for line in listing_of(tile, wildcards.year)]
    return list(dict.fromkeys(problem for name, _, problem, _ in listed if not name))


def date_ranges(wildcards):
    """Return what output dates follow from, of each sensor, as the listing tells.

    The days that all tiles share, and the tiles that bound them; or the dates that all tiles have.
    """
    return {
        name: dataclasses.astuple(
            calendars.basis(CALENDARS[name]["output_dates"], by_tile)
        )
        for name, by_tile in (listed_dates(wildcards.year) if LISTED else {}).items()
    }


def unseen_sensors(wildcards):
    """Return the sensors that no tile needs and no tile has, as the listing of all tiles' archives tells."""
    if not OPTIONAL_SENSORS or any(
        not name for tile in TILES for name, *_ in listing_of(tile, wildcards.year)
    ):
        return []
    seen = listed_dates(wildcards.year)
    return [name for name in OPTIONAL_SENSORS if name not in seen]


def reference_images(wildcards):
    """Return the rasters that images of the job's tile and year are moved onto."""
    settings = [SETTINGS.sensors[name].coregistration for name in COREGISTERED]
    found = {one.raster(wildcards.tile, wildcards.year) for one in settings}
    return sorted(path for path in found if path)


def reference_images_of_year(wildcards):
    """Return the rasters that images of the job's year are moved onto."""
    settings = [SETTINGS.sensors[name].coregistration for name in COREGISTERED]
    found = {one.raster(tile, wildcards.year) for one in settings for tile in TILES}
    return sorted(path for path in found if path)
