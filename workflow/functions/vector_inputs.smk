"""Inputs and outputs of the vector map. No rules here."""

from landloom.configuration.file_patterns import placed
from landloom.geo.region_settings import region_slug
from landloom.vector_maps.settings import FORMATS

REGULARISING = (
    "resolution_m",
    "majority_px",
    "minimum_m2",
    "within_groups_first",
    "sea",
)
"""Keys of `vectors` that the regularised raster depends on; polygons depend on it, and on the others."""

VECTORS = f"results/{{year}}/map/{PLAN.vectorised}"
"""Folder of the map that polygons are made of."""


def vector_settings(*keys):
    """Return some keys of the section `vectors`."""
    return {key: PLAN.vectors[key] for key in keys}


def vectorised_map(wildcards):
    """Return the map that polygons are made of: of this project, or the user's own."""
    if PLAN.settings.vectors.made_here:
        return f"{VECTORS}/classification.tif".format(year=wildcards.year)
    return placed(PLAN.vectors["map"], wildcards.year, "")


def sea_files(wildcards):
    """Return the files of the sea, where it is left out."""
    sea = PLAN.settings.vectors.sea
    return parts.of_vector(sea.file) if sea else []


def zone_files(wildcards):
    """Return the files of the zones."""
    zones = PLAN.settings.vectors.zones
    return parts.of_vector(zones.file) if zones else []


def vector_sources(wildcards):
    """Return the user's own files that the vector map of the job's year is made of."""
    if not PLAN.vectors:
        return []
    own = with_parts(given_maps(wildcards))
    return [*own, *sea_files(wildcards), *zone_files(wildcards)]


def given_maps(wildcards):
    """Return the map of the user's own that polygons are made of; none where it is made here."""
    if PLAN.settings.vectors.made_here:
        return []
    return [placed(PLAN.vectors["map"], wildcards.year, "")]


def parts_of_given_map(wildcards):
    """Return the files that belong to the map of the user's own."""
    return parts_alone(given_maps(wildcards))


def tested_pixels(wildcards):
    """Return the column of reference pixels that test the map; none where all do: a map of the user's own."""
    run = PLAN.settings.vectors.run
    if run is not None:
        return f"test{run}"
    return "held" if PLAN.settings.vectors.made_here else ""


def layers_of_vectors():
    """Return the layers of the map whose values polygons show; a map of the user's own has none."""
    if not PLAN.settings.vectors.made_here:
        return {}
    return {
        "confidence": f"{VECTORS}/confidence.tif",
        "validity": "results/{year}/map/validity.tif",
    }


def vector_outputs():
    """Return the patterns of the files of polygons, by what they are."""
    settings = PLAN.settings.vectors
    zones = settings.zones.names if settings.zones and settings.zones.separate else []
    single = f"{VECTORS}/vectors/{{level}}"
    of_zones = [f"{single}_{region_slug(zone)}" for zone in zones]
    return there(
        zones=[f"{one}.gpkg" for one in of_zones],
        packed=[f"{one}.zip" for one in (single, *of_zones) if settings.zip],
        **{name: single + FORMATS[name] for name in settings.formats},
    )


def wanted_vectors():
    """Return the files of the vector map of a year, if there is to be one."""
    if not PLAN.vectors:
        return []
    return expand(
        f"map/{PLAN.vectorised}/vectors/{{level}}.gpkg", level=PLAN.vector_levels
    )
