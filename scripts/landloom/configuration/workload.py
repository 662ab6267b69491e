"""Workload of the jobs, as the configuration tells it."""

import math

from landloom.configuration.configuration import Configuration
from landloom.configuration.plan import WorkflowPlan
from landloom.jobs import resources
from landloom.jobs.workload import Workload

JPEG_2000 = {"sentinel2_sen2cor", "stac"}
"""Families whose files may be JPEG 2000; those of STAC items may lie behind a network, too."""

INDICES = 3
"""At most, where the configuration names none."""


def workload_of(plan: WorkflowPlan) -> Workload:
    """Return what of the configuration the memory and time of jobs depend on."""
    settings, model = plan.settings, plan.settings.model
    bands = {name: len(sensor.bands) for name, sensor in settings.sensors.items()}
    kinds = sum(len(one.of) * len(one.kinds) for one in settings.features.statistics)
    return Workload(
        tiles=len(plan.tiles),
        regions=plan.regions,
        runs=len(plan.runs),
        layers=[*plan.layers * len(plan.runs), *(plan.fused_layers if plan.fusion_with_runs else [])],
        classes=len(plan.legend.classes) or resources.CLASSES,
        bands=bands,
        features_per_date=_features_per_date(settings, bands),
        features_without_date=len(bands) * kinds + len(settings.rasters),
        static_rasters=len(settings.rasters),
        method=settings.features.interpolation.method,
        classifier=getattr(model, "classifier_name", ""),
        trees=getattr(model, "trees", resources.TREES),
        trainings=_trainings(settings),
        folds=settings.cross_validation.most_folds,
        fold_samples=settings.cross_validation.samples_per_class,
        margin_px=plan.functions.margin_px,
        held_series=plan.functions.held_series,
        jpeg_2000=any(sensor.type in JPEG_2000 for sensor in settings.sensors.values()),
        reads_jpeg_2000=any(sensor.type in JPEG_2000 for sensor in settings.sensors.values() if not sensor.prepare),
        filtered=[name for name, sensor in settings.sensors.items() if not sensor.HAS_GRID],
    )


def _features_per_date(settings: Configuration, bands: dict[str, int]) -> dict[str, int]:
    """Return how many features each sensor has on a date at most: bands, a flag, indices, expressions."""
    indices, expressions = settings.features.indices, settings.features.expressions
    more = 1 + (INDICES if indices is None else len(indices)) + len(expressions)
    return {name: number + more for name, number in bands.items()}


def _trainings(settings: Configuration) -> int:
    """Return how often a model is trained: once, and for every fold of residuals or of a search for parameters."""
    if settings.target:
        return 1 + settings.target.folds
    search = getattr(settings.model, "search", None)
    return 1 + (math.prod(map(len, search.grid.values())) * search.folds if search else 0)
