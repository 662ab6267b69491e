"""Patterns of files that depend on the configuration: of models, and of what only some configurations have.

Their wildcards are Snakemake's. An input that a configuration does not have is an empty list, as Snakemake takes it.
"""

from dataclasses import dataclass

from landloom.configuration.configuration import Configuration, region_slugs
from landloom.training.settings import FrozenSettings

Absent = list[str]
"""Empty: the file of a rule's input that there is not."""

DATES = "results/{year}/dates.json"
OF_TILE = "results/{year}/tiles/{tile}"


@dataclass(frozen=True)
class FilePatterns:
    """Patterns of files by what they hold.

    Attributes
    ----------
    model_name : str
        What the names of all files of a model begin with. A region has one model or, where sensors are fused after
        classification, one for each group of sensors.
    model : str
        That of the classifier: trained here, or the user's own that was trained before.
    cross_validation, importance, parameter_search, epochs, model_samples : str
        Tables beside a model; the last says where its samples come from.
    series_samples : str
        Samples that the user's own table of series has.
    dates : str
        Output dates of the gap filling.
    searched_items : str
        What a search for STAC items has found.
    shifts, prepared, ground, rasters, functions, boundary_weights, sample_counts : str or empty list
        Of images that are co-registered; of copies of images; of the heights that radar images are made with; of
        static rasters; the list of results of the user's functions; of the models of regions along their borders; of
        the samples that are drawn.
    superpixels, context_pixels, context_steps : str or empty list
        With auto-context, and the first with objects: superpixels of a tile, the pixels around its samples, and
        what each iteration of a model came to.
    file_borders : str or empty list
        With annual images: how maps step along the borders of their files.
    """

    model_name: str
    model: str
    cross_validation: str
    importance: str
    parameter_search: str
    epochs: str
    model_samples: str
    series_samples: str
    dates: str
    searched_items: str
    shifts: str | Absent
    prepared: str | Absent
    ground: str | Absent
    rasters: str | Absent
    functions: str | Absent
    boundary_weights: str | Absent
    sample_counts: str | Absent
    superpixels: str | Absent
    context_pixels: str | Absent
    context_steps: str | Absent
    file_borders: str | Absent

    @classmethod
    def of(cls, settings: Configuration) -> "FilePatterns":
        """Return the patterns of a configuration."""
        grouped = "_{group}" if settings.sensor_fusion and settings.sensor_fusion.groups else ""
        name = "{region}_run{run}" + grouped
        trained = f"results/{{year}}/models/{name}"
        model = settings.model
        moved = any(sensor.coregistration for sensor in settings.sensors.values())
        copied = any(sensor.copies for sensor in settings.sensors.values())
        iterated = settings.context and not isinstance(model, FrozenSettings)
        segmented = settings.context or (settings.objects and not settings.objects.shared)
        joined = any(sensor.is_annual for sensor in settings.sensors.values())
        weighted = settings.map.boundary_fusion and len(region_slugs(settings)) > 1
        return cls(
            model_name=name,
            model=model.file if isinstance(model, FrozenSettings) else trained + model.suffix,
            cross_validation=f"{trained}_cross_validation.parquet",
            importance=f"{trained}_importance.csv",
            parameter_search=f"{trained}_search.csv",
            epochs=f"{trained}_epochs.csv",
            model_samples=f"{trained}_samples.csv",
            series_samples="results/{year}/table_samples.parquet",
            dates=DATES,
            searched_items=f"{OF_TILE}/items_{{sensor}}.json",
            shifts=f"{OF_TILE}/shifts.csv" if moved else [],
            prepared=f"{OF_TILE}/prepared.csv" if copied else [],
            ground=f"{OF_TILE}/ground.csv" if any(one.is_geocoded for one in settings.sensors.values()) else [],
            rasters=f"{OF_TILE}/static_rasters.csv" if settings.rasters else [],
            functions="results/{year}/functions.json" if settings.features.functions else [],
            boundary_weights=f"{OF_TILE}/boundaries.tif" if weighted else [],
            sample_counts=[] if isinstance(model, FrozenSettings) else "results/{year}/sample_counts.csv",
            superpixels=f"{OF_TILE}/superpixels.tif" if segmented else [],
            context_pixels=f"{OF_TILE}/context.parquet" if iterated else [],
            context_steps=f"{trained}_context.csv" if iterated else [],
            file_borders="results/{year}/file_borders.csv" if joined else [],
        )


def placed(pattern: str, year: str, tile: str) -> str:
    """Return the file of a pattern of the configuration for a tile and year."""
    return pattern.replace("{year}", year).replace("{tile}", tile)
