"""Plan values of the workflow, derived from the configuration once while Snakemake plans."""

from landloom.configuration.configuration import Configuration, region_slugs
from landloom.maps import layers


def layers_of(settings: Configuration) -> list[str]:
    """Return the names of the layers that the classification of a tile writes."""
    boundary = settings.map.boundary_fusion if len(region_slugs(settings)) > 1 else None
    request = layers.Request(
        [layer.name for layer in layers.LAYERS if layer.on_demand and getattr(settings.map, layer.name)],
        compares_boundaries=bool(boundary and boundary.compare),
        fuses_sensors=bool(settings.sensor_fusion and settings.sensor_fusion.groups),
    )
    return layers.wanted(request)


def used_members(settings: Configuration) -> dict[str, list[str]]:
    """Return the registry members in a configuration; code digests contain no others."""
    return {
        "landloom.sensors.registry.FAMILIES": sorted({sensor.type for sensor in settings.sensors.values()}),
        "landloom.timeseries.settings.METHODS": [settings.features.interpolation.method],
    }
