"""Members of registries that a configuration names: digests of code hold no others."""

from landloom.configuration.configuration import Configuration, frozen_models
from landloom.core.errors import InputError
from landloom.models.registry import CONTEXTUAL, FAMILIES, WRAPPER, entry_names, families_of
from landloom.training.registry import family_of
from landloom.training.settings import FrozenSettings


def used_members(settings: Configuration) -> dict[str, list[str]]:
    """Return the members of registries that a configuration names: digests of code hold no others.

    Files of frozen models tell their families, so that maps are not made again when the models that made them are
    frozen.
    """
    trained = None if isinstance(settings.model, FrozenSettings) else settings.model
    wrapped = [WRAPPER] if trained and trained.reduction else []
    wrapped += [CONTEXTUAL] if trained and settings.context else []
    images = sorted({sensor.images for sensor in settings.sensors.values()})
    families = [family_of(trained, settings.target is not None)] if trained else []
    return {
        "landloom.models.registry.FAMILIES": [*wrapped, *families] if trained else frozen_families(settings),
        "landloom.training.registry.TRAINERS": [trained.family] if trained and not settings.target else [],
        "landloom.training.registry.REGRESSORS": [trained.family] if trained and settings.target else [],
        "landloom.maps.kinds.KINDS": ["values" if settings.target else "classes"],
        "landloom.sensors.registry.FAMILIES": sorted({sensor.type for sensor in settings.sensors.values()}),
        "landloom.prepared.forms.FORMS": images,
        "landloom.prepared.forms.SERIES": images,
        "landloom.survey.mosaics.SURVEYS": images,
        "landloom.timeseries.settings.METHODS": [settings.features.interpolation.method],
    }


def frozen_families(settings: Configuration) -> list[str]:
    """Return the families of frozen models; all families where a file cannot tell, which the preflight refuses."""
    try:
        names = [entry_names(path) for path in sorted(set(frozen_models(settings).values()))]
    except InputError:
        return sorted(FAMILIES)
    return sorted({family for present in names for family in families_of(present)})
