"""Workload of the jobs, as the configuration tells it."""

import math

from landloom.configuration.configuration import Configuration
from landloom.configuration.plan import WorkflowPlan
from landloom.jobs import resources
from landloom.jobs.context_workload import ContextWorkload
from landloom.jobs.workload import Workload
from landloom.objects.strip_shapes import Segmentation

JPEG_2000 = {"sentinel2_sen2cor", "stac"}
"""Families whose files may be JPEG 2000; those of STAC items may lie behind a network, too."""

SAMPLES_OF_CLASS = 1000
"""Where the configuration asks for no number, and nothing is drawn yet."""

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
        held_bytes={name: sensor.held_bytes for name, sensor in settings.sensors.items()},
        annual_bands=sum(len(sensor.bands) for sensor in settings.sensors.values() if sensor.is_annual),
        expected_samples=_expected_samples(plan),
        geocodes=any(sensor.is_geocoded for sensor in settings.sensors.values()),
    )


def context_workload_of(plan: WorkflowPlan) -> ContextWorkload:
    """Return what of the configuration the memory and time of superpixels and auto-context depend on."""
    settings, context = plan.settings, plan.settings.context
    return ContextWorkload(
        workload=workload_of(plan),
        segmentation=_segmentation(settings),
        iterations=context.iterations if context else 0,
        context_pixels=context.context_pixels if context else 0,
        reach_px=settings.superpixels.reach_px if context else 0,
    )


def _segmentation(settings: Configuration) -> Segmentation:
    """Return how superpixels are found; without names, each sensor has its indices and expressions, or its bands."""
    how, features = settings.superpixels, settings.features
    usual = (INDICES if features.indices is None else len(features.indices)) + len(features.expressions)
    each = [usual or len(sensor.bands) for sensor in settings.sensors.values()]
    quantities = sum(each) if how.features is None else len(how.features) * len(each)
    return Segmentation(how.side_px, how.iterations, how.periods * quantities)


def _expected_samples(plan: WorkflowPlan) -> int:
    """Return how many samples are drawn in all regions, about: as many of each class where no number is asked for."""
    classes = len(plan.legend.classes) or resources.CLASSES
    draws = plan.settings.samples.by_region(plan.regions).values()
    return sum((one.number or SAMPLES_OF_CLASS) * (1 if one.strategy == "total" else classes) for one in draws)


def _features_per_date(settings: Configuration, bands: dict[str, int]) -> dict[str, int]:
    """Return how many features each sensor has on a date at most: bands, a flag, indices, expressions."""
    indices, expressions = settings.features.indices, settings.features.expressions
    more = 1 + (INDICES if indices is None else len(indices)) + len(expressions)
    return {name: number + more for name, number in bands.items()}


def _trainings(settings: Configuration) -> int:
    """Return how often a model is trained: once, and for every fold of residuals or of a search for parameters."""
    search = getattr(settings.model, "search", None)
    times = 1 + (math.prod(map(len, search.grid.values())) * search.folds if search else 0)
    times += settings.target.folds if settings.target else 0
    return times * getattr(settings.model, "repetitions", 1)
