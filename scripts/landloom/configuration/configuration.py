"""Typed configuration: all sections together, with error messages for users.

Every description of a field ends up in config/README.md and the JSON schema (see
:mod:`landloom.configuration.documentation`). This module and the sections are imported whenever the Snakefile is
parsed: they need only pydantic. Jobs import the sections that they use, not this module, so that a new key of one
section reruns only jobs that use it.
"""

import datetime
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from landloom.accuracy.settings import CrossValidationSettings
from landloom.checks.settings import SanitySettings
from landloom.configuration import combinations
from landloom.configuration import messages as validation_words
from landloom.configuration.yaml_files import aliases
from landloom.context.settings import ContextSettings
from landloom.core.errors import InputError
from landloom.core.section import InputPath, Name, Section
from landloom.core.text import shortened
from landloom.demo.settings import DemoSettings
from landloom.features.settings import FeatureSettings
from landloom.features.static_rasters.settings import StaticRasterSettings
from landloom.fusion.sensor_fusion_settings import SensorFusionSettings
from landloom.fusion.settings import FusionSettings
from landloom.geo.grid_settings import GridSettings
from landloom.geo.region_settings import RegionSettings, region_slug
from landloom.maps.settings import MapSettings
from landloom.models.forest.settings import RandomForestSettings
from landloom.models.own_class_settings import OwnClassSettings
from landloom.objects.settings import ObjectSettings
from landloom.objects.superpixel_settings import SuperpixelSettings
from landloom.reference.settings import ReferenceSettings, VectorSource
from landloom.reference.target_settings import TargetSettings
from landloom.samples.settings import SampleSettings
from landloom.sensors.any_sensor import AnySensor
from landloom.survey.value_settings import ValueSettings
from landloom.training.settings import AnyModel, FrozenSettings
from landloom.vector_maps.settings import VectorSettings


class YearSettings(Section):
    """Period of the map of one year."""

    start: datetime.date | None = Field(None, description="first day; by default the 1st of January")
    end: datetime.date | None = Field(None, description="last day; by default the 31st of December")


class Configuration(Section):
    """The whole configuration."""

    title: str = Field("Land cover", description="title of the report")
    inputs_from: Literal["demo", "romania"] | None = Field(
        None, description="rule that makes the inputs, for the demo and the example; leave out for your own data"
    )
    demo: DemoSettings = Field(DemoSettings(), description="used by `inputs_from: demo`")  # type: ignore[call-arg]
    years: dict[int, YearSettings | None] = Field(
        description="years to map, each with its period (or nothing: the calendar year)", min_length=1
    )
    tiles: list[Name] = Field(description="tiles to map, by their names in the products", min_length=1)
    sensors: dict[Name, AnySensor] = Field(
        description="sensors, by a name of your choice that begins the names of their features", min_length=1
    )
    rasters: dict[Name, StaticRasterSettings] = Field(
        {}, description="static rasters, as altitude: each is a feature with a name of your choice"
    )
    grid: GridSettings = Field(GridSettings(), description="pixel grid of the tiles")  # type: ignore[call-arg]
    values: ValueSettings = Field(ValueSettings(), description="limits of the values of bands")  # type: ignore[call-arg]
    features: FeatureSettings = Field(FeatureSettings(), description="features")  # type: ignore[call-arg]
    superpixels: SuperpixelSettings = Field(
        SuperpixelSettings(),  # type: ignore[call-arg]
        description="superpixels, where `context` or `objects` use them",
    )
    regions: RegionSettings | None = Field(None, description="without it, one region contains all tiles")
    target: TargetSettings | None = Field(
        None, description="a number to map in place of classes; without it, classes are mapped"
    )
    nomenclature: InputPath | None = Field(
        None,
        validate_default=True,
        description="needed without `target`: CSV file with the columns `label` (as in the reference), `name` (as in "
        "the report), `color` (#rrggbb) and, if wanted, `group` (classes of one group are scored as one, too; empty: "
        "the class stands alone), one line per class; labels that are whole numbers are the codes of the map, others "
        "take the lowest codes that are free, in the file's order (see `classes.csv` beside the map). Labels are "
        "compared, here as everywhere, by their composed Unicode form and without outer spaces; `1`, `1.0` and `01` "
        "are one label; case and accents distinguish",
    )
    reference: ReferenceSettings = Field(description="reference polygons")
    samples: SampleSettings = Field(SampleSettings(), description="samples")  # type: ignore[call-arg]
    model: AnyModel = Field(RandomForestSettings(), description="classifier")  # type: ignore[call-arg]
    context: ContextSettings | None = Field(
        None, description="without it, a pixel is classified by its own series alone"
    )
    cross_validation: CrossValidationSettings = Field(
        CrossValidationSettings(),  # type: ignore[call-arg]
        description="accuracy estimated by folds of the training samples",
    )
    map: MapSettings = Field(MapSettings(), description="maps")  # type: ignore[call-arg]
    objects: ObjectSettings | None = Field(
        None, description="segments that are classified as wholes (docs/objects.md); without it, pixels are"
    )
    sensor_fusion: SensorFusionSettings | None = Field(
        None, description="without it, one model uses the features of all sensors"
    )
    fusion: FusionSettings | None = Field(
        None, description="without it, each run has its own map and there is no fused map"
    )
    vectors: VectorSettings | None = Field(
        None, description="without it, there are no polygons of the map (docs/vectors.md)"
    )
    sanity: SanitySettings = Field(SanitySettings(), description="checks of the maps")  # type: ignore[call-arg]
    runs: Annotated[int, Field(ge=1, le=100)] = Field(
        1, description="random splits of the polygons, each with its own models and map"
    )
    seed: int = Field(0, ge=0, lt=2**32, description="seed of every random choice")
    on_bad_product: Literal["stop", "skip"] = Field(
        "stop", description="a product that cannot be read stops its tile, or is left out and reported"
    )
    tile: Name | list[Name] | None = Field(
        None, description="selector for the command line: make only this tile's targets"
    )
    year: int | list[int] | None = Field(
        None, description="selector for the command line: make only this year's targets"
    )

    @field_validator("years")
    @classmethod
    def _periods(cls, years: dict[int, YearSettings | None]) -> dict[int, YearSettings]:
        whole = {}
        for year, period in years.items():
            if not 1950 <= year <= 2200:
                raise ValueError(f"{year} is not a year between 1950 and 2200")
            start = (period and period.start) or datetime.date(year, 1, 1)
            end = (period and period.end) or datetime.date(year, 12, 31)
            if not (start.year >= 1950 and end.year <= 2200):
                raise ValueError(f"the period of {year} ({start} to {end}) leaves the years 1950 to 2200")
            if end <= start:
                raise ValueError(f"the period of {year} ends ({end}) before it starts ({start})")
            whole[year] = YearSettings(start=start, end=end)
        return whole

    @field_validator("tiles")
    @classmethod
    def _no_tile_twice(cls, tiles: list[str]) -> list[str]:
        twice = sorted(tile for tile, count in Counter(tiles).items() if count > 1)
        if twice:
            raise ValueError(f"{shortened(twice)} are given twice")
        return tiles

    @model_validator(mode="before")
    @classmethod
    def _field_of_target(cls, content: Any) -> Any:
        """Take the field of a target as that of the reference, whose own needs not be given."""
        target, reference = (
            (content.get(key) for key in ("target", "reference")) if isinstance(content, dict) else "  "
        )
        if not (isinstance(target, dict) and isinstance(reference, dict) and "field" in target):
            return content
        return {**content, "reference": {"field": target["field"], **reference}}

    @field_validator("nomenclature")
    @classmethod
    def _classes_or_target(cls, path: str | None, info: ValidationInfo) -> str | None:
        if path is None and info.data.get("target", True) is None:
            raise ValueError("is missing; name a CSV file of classes, or a number to map by `target`")
        return path

    @model_validator(mode="after")
    def _sections_agree(self) -> "Configuration":
        for check in combinations.CHECKS:
            check(self)
        return self

    def reference_sources(self, year: int | str) -> list[VectorSource]:
        """Return the vector files of a year's reference with the fields of labels, or of values."""
        if self.target:
            return self.target.sources(self.reference, year)
        return self.reference.sources(year)


MOST_LINES = 100
"""Largest number of lines of a message: suggesting the intended key takes a millisecond per line."""


class ConfigurationError(InputError):
    """Errors of a configuration: one line each, and the positions of the invalid keys."""

    def __init__(self, lines: list[str], positions: list[tuple[str | int, ...]]) -> None:
        super().__init__("the configuration has errors:\n" + "\n".join(f"  {line}" for line in lines))
        self.lines = lines
        self.positions = positions


def parse(content: dict[str, Any]) -> Configuration:
    """Check the content of a configuration file.

    Parameters
    ----------
    content : dict
        As read from YAML.

    Raises
    ------
    ConfigurationError
        If the configuration is invalid; the message has one line per error with its key.
    """
    repeated = aliases.problems(content) if isinstance(content, dict) else {}
    if repeated:
        raise ConfigurationError([f"{key}: {text}" for key, text in repeated.items()], [(key,) for key in repeated])
    try:
        return Configuration.model_validate(content)
    except ValidationError as error:
        details = error.errors() + _behind_misspelt_types(content, error)
        known = {field.alias or name for model in _sections() for name, field in model.model_fields.items()}
        lines = validation_words.lines(details[:MOST_LINES], known)
        lines += [f"and {len(details) - MOST_LINES} more"] if len(details) > MOST_LINES else []
        raise ConfigurationError(lines, [one["loc"] for one in details]) from None


def _behind_misspelt_types(content: Any, error: ValidationError) -> list[Any]:
    """Return what is wrong with the values of sections whose misspelt type hides them, as if it were the one meant.

    Which keys there must be and may be is another question of the type, and not told of one that is guessed.
    """
    meant = validation_words.with_near_types(content, error.errors())
    if meant is None:
        return []
    try:
        Configuration.model_validate(meant)
    except ValidationError as further:
        told = {one["loc"] for one in error.errors()}
        of_keys = ("missing", "extra_forbidden")
        return [one for one in further.errors() if one["loc"] not in told and one["type"] not in of_keys]
    return []


def _sections() -> list[type[Section]]:
    """Return all section models."""
    found, todo = [], [Section]
    while todo:
        model = todo.pop()
        found.append(model)
        todo += model.__subclasses__()
    return found


def period_of(configuration: Configuration, year: int) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of a year's period."""
    period = configuration.years[year]
    assert period is not None
    assert period.start is not None
    assert period.end is not None
    return period.start, period.end


def region_slugs(configuration: Configuration) -> list[str]:
    """Return the region names in file names; without a region file, one region ``all``."""
    if configuration.regions is None:
        return ["all"]
    return [region_slug(name) for name in configuration.regions.names]


def frozen_models(configuration: Configuration) -> dict[str, str]:
    """Return the files of frozen models by the key, year, region and run that they are for."""
    frozen = configuration.model
    if not isinstance(frozen, FrozenSettings):
        return {}
    wanted = product(configuration.years, region_slugs(configuration), range(configuration.runs))
    return {
        f"model.file (year {year}, region {region}, run {run})": frozen.path(str(year), region, str(run))
        for year, region, run in wanted
    }


def own_class_of(configuration: Configuration) -> OwnClassSettings | None:
    """Return the class of the user's own that is the network, of models trained here or before; None without one."""
    architecture = getattr(configuration.model, "architecture", None)
    return architecture if isinstance(architecture, OwnClassSettings) else None


def made_here(configuration: Configuration, path: str) -> bool:
    """Return whether a rule of the workflow makes an input, as in the demo."""
    return configuration.inputs_from is not None and Path(path).parts[:1] == (configuration.inputs_from,)
