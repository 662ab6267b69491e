"""Layers that the maps of tiles have, as the configuration asks for them."""

from landloom.configuration.configuration import Configuration, region_slugs
from landloom.maps import layers


def layers_of(settings: Configuration) -> list[str]:
    """Return the names of the layers that the classification of a tile writes."""
    if settings.target:
        return [layer.name for layer in layers.VALUE_LAYERS]
    boundary = settings.map.boundary_fusion if len(region_slugs(settings)) > 1 else None
    request = layers.Request(
        [layer.name for layer in layers.LAYERS if layer.on_demand and getattr(settings.map, layer.name)],
        compares_boundaries=bool(boundary and boundary.compare),
        fuses_sensors=bool(settings.sensor_fusion and settings.sensor_fusion.groups),
    )
    return layers.wanted(request)
