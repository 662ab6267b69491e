"""What sections must agree on: each check raises a ValueError that names the key.

Checks of one section stand in that section; :class:`landloom.configuration.configuration.Configuration` runs these.
"""

from typing import Any

from landloom.configuration import target_checks
from landloom.core.text import shortened
from landloom.features.static_rasters.settings import check_names
from landloom.training.settings import FrozenSettings
from landloom.vector_maps.settings import FUSION

Sections = Any
"""A :class:`landloom.configuration.configuration.Configuration`, which imports this module."""


def fusion_can_be_tested(settings: Sections) -> None:
    """Ask for test polygons that trained no run, and for two maps, where maps are fused."""
    if settings.fusion and not settings.reference.held_out_fraction:
        raise ValueError(
            "fusion needs `reference.held_out_fraction` above 0, as 0.1: every other polygon trains or tests a "
            "run, and cannot test the fused map"
        )
    if settings.fusion and settings.runs + len(settings.fusion.maps) < 2:
        raise ValueError("fusion needs two maps: more `runs`, or `fusion.maps`")


def target_fits(settings: Sections) -> None:
    """Ask for keys of classes, or of numbers, as there is a target or not."""
    found = target_checks.problems(settings)
    if found:
        raise ValueError("; ".join(found))


def vectors_are_of_a_map(settings: Sections) -> None:
    """Ask that polygons are made of a map that there is."""
    chosen = settings.vectors
    if chosen and chosen.map == FUSION and not settings.fusion:
        raise ValueError("vectors.map: there is no fused map; add `fusion`, or take that of a run, as run0")
    if chosen and chosen.run is not None and chosen.run >= settings.runs:
        raise ValueError(f"vectors.map: there is no {chosen.map}; runs are run0 to run{settings.runs - 1}")


def groups_are_of_sources(settings: Sections) -> None:
    """Ask that groups of sensors that are fused after classification name sensors that there are."""
    if settings.sensor_fusion:
        settings.sensor_fusion.check_groups(settings.sensors, [*settings.rasters, *settings.features.function_labels])
        if settings.model.type == "frozen":
            raise ValueError("sensor_fusion cannot be combined with `model.type: frozen`")


def context_is_known(settings: Sections) -> None:
    """Ask that auto-context knows the superpixels of its own training samples alone."""
    found = [key for key, part in (("sensor_fusion", settings.sensor_fusion),) if part]
    if not isinstance(settings.model, FrozenSettings):
        others = ("table", "augmentation", "annual", "years", "from_map")
        found += [f"samples.{key}" for key in others if getattr(settings.samples, key)]
        found += ["model.reduction"] if settings.model.reduction else []
    if settings.context and found:
        raise ValueError(f"context: cannot be combined with {' and '.join(f'`{key}`' for key in found)}")


def functions_have_names_of_their_own(settings: Sections) -> None:
    """Ask that features of a function are not taken for those of a sensor or raster."""
    for label in settings.features.function_labels:
        taken = [name for name in settings.sensors if f"{label}_".startswith(f"{name}_")]
        taken += [name for name in settings.rasters if f"{name}_".startswith(f"{label}_")]
        if taken:
            raise ValueError(f"features.functions: {label} would be taken for {taken[0]}; give it another `prefix`")


def rasters_have_names_of_their_own(settings: Sections) -> None:
    """Ask that static rasters are not taken for features of a sensor."""
    check_names(settings.rasters, settings.sensors)


def grid_is_of_a_sensor(settings: Sections) -> None:
    """Ask that the grid is of a sensor that has one."""
    if settings.grid.like and "{tile}" not in settings.grid.like and len(settings.tiles) > 1:
        raise ValueError("grid.like: needs `{tile}` in the path: each tile has a grid of its own")
    if settings.grid.sensor is not None and settings.grid.sensor not in settings.sensors:
        raise ValueError(f"grid.sensor: {settings.grid.sensor} is not among {shortened(list(settings.sensors))}")
    if settings.grid.sensor is not None and not settings.sensors[settings.grid.sensor].HAS_GRID:
        raise ValueError(f"grid.sensor: images of {settings.grid.sensor} have no grid; name another sensor")
    lacking = [tile for tile in settings.tiles if settings.grid.boxes and tile not in settings.grid.boxes]
    if lacking:
        raise ValueError(f"grid.boxes: lacks tile {lacking[0]}; give the box of every tile")
    given = settings.grid.like or settings.grid.boxes
    if not given and not any(sensor.HAS_GRID for sensor in settings.sensors.values()):
        raise ValueError(
            "grid.like: is needed, since images of these sensors are brought onto the grid of another sensor, of a "
            "raster, `grid: {like: 'grids/{tile}.tif'}`, or of a given box (`grid.boxes`)"
        )


def observations_are_not_filled(settings: Sections) -> None:
    """Ask that a network sees observations, or a filled series, as the features are."""
    wanted, method = getattr(settings.model, "input", ""), settings.features.interpolation.method
    if wanted == "observations" and method != "none":
        raise ValueError(
            "model.input: observations are not interpolated; write `features: {interpolation: {method: none}}` "
            f"(it is {method}), and `output_dates: union` of the sensors"
        )
    if wanted == "filled" and method == "none":
        raise ValueError(
            "model.input: filled needs another `features.interpolation.method` than none; or write `input: "
            "observations`"
        )


def borders_are_of_regions(settings: Sections) -> None:
    """Ask that there are regions whose borders are fused."""
    if settings.map.boundary_fusion and not settings.regions:
        raise ValueError("map.boundary_fusion needs `regions`, of which there are none")


def table_has_all_features(settings: Sections) -> None:
    """Ask for no features that a table of series lacks: rasters, functions, radar, annual layers."""
    others = [
        key
        for key, part in (("rasters", settings.rasters), ("features.functions", settings.features.functions))
        if part
    ]
    others += [f"sensors.{name}" for name, sensor in settings.sensors.items() if sensor.is_radar or sensor.is_annual]
    if settings.samples.table and others:
        raise ValueError(
            f"samples.table: cannot be used with {' and '.join(others)}, whose values a table of series lacks"
        )


def objects_are_alone(settings: Sections) -> None:
    """Ask that objects are not combined with what is done by pixels."""
    if settings.objects is None or settings.objects.method == "majority":
        return
    excluded = {
        "sensor_fusion": settings.sensor_fusion,
        "context": settings.context,
        "map.boundary_fusion": settings.map.boundary_fusion,
        "samples.table": settings.samples.table,
        "samples.from_map": settings.samples.from_map,
        "samples.years": settings.samples.years,
        "samples.annual": settings.samples.annual,
    }
    found = [key for key, part in excluded.items() if part]
    if found:
        raise ValueError(f"objects: cannot be combined with `{found[0]}`, which is of pixels; leave one out")
    if settings.objects.classifies_outside and isinstance(settings.model, FrozenSettings):
        raise ValueError(
            "objects.outside: pixels cannot be combined with `model.type: frozen`, whose files are models of "
            "objects; leave one out"
        )
    first = settings.objects.region if isinstance(settings.objects.region, list) else []
    names = settings.regions.names if settings.regions else []
    unknown = [name for name in first if name not in names]
    if unknown:
        raise ValueError(f"objects.region: {unknown[0]} is not among the regions {shortened(names)}")


def other_years_exist(settings: Sections) -> None:
    """Ask that samples of other years come from a year that is not the map's own."""
    for key, section in settings.samples.of_other_years().items():
        if section.year is not None and set(settings.years) == {section.year}:
            raise ValueError(
                f"samples.{key}: {section.year} is the only one of `years` and not its own source year; add "
                "the year to be mapped"
            )


def selectors_exist(settings: Sections) -> None:
    """Ask that tiles and years chosen on the command line are among those of the configuration."""
    for key, chosen, known in (
        ("tile", settings.tile, settings.tiles),
        ("year", settings.year, list(settings.years)),
    ):
        wanted = chosen if isinstance(chosen, list) else [chosen]
        unknown = [value for value in wanted if value is not None and value not in known]
        if unknown:
            raise ValueError(f"{key}={unknown[0]} is not among {shortened(known)}")


CHECKS = (
    fusion_can_be_tested,
    target_fits,
    vectors_are_of_a_map,
    groups_are_of_sources,
    context_is_known,
    functions_have_names_of_their_own,
    rasters_have_names_of_their_own,
    grid_is_of_a_sensor,
    observations_are_not_filled,
    borders_are_of_regions,
    table_has_all_features,
    objects_are_alone,
    other_years_exist,
    selectors_exist,
)
"""In the order of messages: the first that is raised is told."""
