"""Keys of the configuration that do not fit a target, or need one: classes and numbers are mapped in other ways."""

from typing import Any

from landloom.models.estimators.settings import SklearnSettings
from landloom.models.networks.settings import NetworkSettings
from landloom.models.settings import TrainedSettings

Configuration = Any
"""The whole configuration, whose module imports this one."""

OF_VALUES = ("mean", "median")
"""Methods of fusion that are of values; the others are of classes."""


def problems(settings: Configuration) -> list[str]:
    """Return a message for each key that contradicts a target or, without one, that needs it."""
    return _with_target(settings) if settings.target else _without_target(settings)


def _without_target(settings: Configuration) -> list[str]:
    found = []
    if isinstance(settings.model, SklearnSettings) and settings.model.regressor:
        found.append(f"model.regressor: {settings.model.regressor} estimates numbers, and needs a `target`")
    if settings.fusion and settings.fusion.method in OF_VALUES:
        found.append(f"fusion.method: {settings.fusion.method} is of values, and needs a `target`")
    found += [
        f"sanity.{key}: is of values, and needs a `target`" for key in settings.sanity.said_of_others(of_target=False)
    ]
    return found + _of_network(settings)


def _with_target(settings: Configuration) -> list[str]:
    """Return what a target cannot be combined with."""
    of_classes = {
        "nomenclature": settings.nomenclature,
        "reference.ignore": settings.reference.ignore,
        "context": settings.context,
        "objects": settings.objects,
        "vectors": settings.vectors,
        "sensor_fusion": settings.sensor_fusion,
        "cross_validation.suspected.leave_out": settings.cross_validation.suspected.leave_out,
        "map.boundary_fusion.compare": settings.map.boundary_fusion and settings.map.boundary_fusion.compare,
        "map.agreement": settings.map.agreement,
    }
    of_classes |= {f"sanity.{key}": True for key in settings.sanity.said_of_others(of_target=True)}
    of_classes |= {f"map.{name}": getattr(settings.map, name) for name in ("probabilities", "margin", "entropy")}
    of_classes |= {
        f"samples.{name}": getattr(settings.samples, name)
        for name in ("augmentation", "annual", "from_map", "copies", "table", "years")
    }
    of_classes |= {f"samples.{name}": path for name, path in settings.samples.number_files().items()}
    found = [f"{key}: is of classes; leave it out with a `target`" for key, value in of_classes.items() if value]
    if settings.reference.field != settings.target.field:
        found.append("reference.field: `target.field` names the field with the numbers; leave it out")
    if settings.fusion and (settings.fusion.method not in OF_VALUES or settings.fusion.maps):
        found.append("fusion: with a `target`, runs are fused by `method: mean` or `median`, without other `maps`")
    return [*dict.fromkeys(found), *_of_model(settings)]


def _of_model(settings: Configuration) -> list[str]:
    """Return which keys of the model do not fit a target; frozen models tell what they are when they are read."""
    model = settings.model
    if not isinstance(model, TrainedSettings):
        return []
    found = []
    if isinstance(model, SklearnSettings) and not model.regressor:
        found.append(
            "model.classifier: with a `target`, name a `regressor` instead, as HistGradientBoostingRegressor"
        )
    unfit = [key for key in ("search", "largest_training_area_km2") if getattr(model, key)]
    found += [f"model.{key}: is for classes; leave it out with a `target`" for key in unfit]
    return found + _of_network(settings)


def _of_network(settings: Configuration) -> list[str]:
    """Return which keys of a network are of classes, where there is a target, or the reverse."""
    if not isinstance(settings.model, NetworkSettings):
        return []
    unfit = settings.model.unfit(settings.target is not None)
    return [f"model.{key}: {why}; leave it out" for key, why in unfit.items()]
