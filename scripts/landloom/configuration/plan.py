"""What the workflow goes by: values that follow from the configuration, made once while Snakemake plans."""

from landloom.configuration.configuration import Configuration, region_slugs
from landloom.maps import layers
from landloom.models.registry import FAMILIES, WRAPPER
from landloom.training.settings import FrozenSettings


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
    """Return the members of registries that a configuration names: digests of code hold no others.

    Frozen models may be of any family, which their files tell.
    """
    trained = None if isinstance(settings.model, FrozenSettings) else settings.model
    wrapped = [WRAPPER] if trained and trained.reduction else []
    return {
        "landloom.models.registry.FAMILIES": [*wrapped, trained.family] if trained else sorted(FAMILIES),
        "landloom.training.registry.TRAINERS": [trained.family] if trained else [],
        "landloom.sensors.registry.FAMILIES": sorted({sensor.type for sensor in settings.sensors.values()}),
        "landloom.timeseries.settings.METHODS": [settings.features.interpolation.method],
    }
