"""What the workflow goes by: values that follow from the configuration, made once while Snakemake plans."""

from landloom.configuration.configuration import Configuration


def used_members(settings: Configuration) -> dict[str, list[str]]:
    """Return the members of registries that a configuration names: digests of code hold no others."""
    return {
        "landloom.sensors.registry.FAMILIES": sorted({sensor.type for sensor in settings.sensors.values()}),
        "landloom.timeseries.settings.METHODS": [settings.features.interpolation.method],
    }
