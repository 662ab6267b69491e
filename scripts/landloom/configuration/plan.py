"""Plan of the workflow: values that follow from the configuration, made once while Snakemake plans."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from landloom.configuration.configuration import Configuration, period_of, region_slugs
from landloom.configuration.file_patterns import FilePatterns, placed
from landloom.configuration.function_plan import FunctionPlan
from landloom.configuration.layer_plan import layers_of
from landloom.configuration.legend import BINS, Legend
from landloom.configuration.sensor_plan import SensorPlan
from landloom.configuration.used_members import used_members
from landloom.core.digests import digest
from landloom.training.settings import FrozenSettings

Part = dict[str, Any]
"""A section of the configuration, as plain values."""


@dataclass(frozen=True)
class WorkflowPlan:
    """What the rules go by.

    Attributes
    ----------
    settings, config : Configuration, dict
        The configuration, typed and as plain values.
    years, tiles, regions, runs : list of str
        As they stand in file names.
    periods : dict of year: list of str
        First and last day of each year.
    layers : list of str
        Those that the classification of a tile writes.
    frozen : bool
        Whether models were trained before; then samples have no part in the map.
    sensor_groups : dict of group: list of str
        Sensors, rasters and functions that the models of each group see, where sensors are fused after
        classification.
    sensor_mass : str
        How far groups of sensors are believed.
    boundary : dict or None
        How regions' models are weighed against each other along their borders.
    fusion : dict or None
        How the maps of runs, and others, are fused.
    vectors : dict or None
        How polygons are made of a map.
    cross_validation : dict
        What cross-validation itself depends on: which polygons are suspected comes after it.
    left_out : dict
        Which suspected polygons do not train; empty where all do.
    cross_validated_runs : list of str
        The first; all where training or maps go by what is found.
    from_map : dict or None
        Which samples come from an earlier map.
    series : dict or None
        How the user's own table of series is read.
    segments : dict or None
        Section of objects, whatever is done with them.
    target : dict or None
        The number that is mapped in place of classes.
    members : dict of registry: list of str
        Members that the configuration names: digests of code hold no others.
    """

    MAPPED: ClassVar[tuple[str, ...]] = ("sensors", "rasters", "features", "regions", "nomenclature", "context")
    """Sections that a map depends on."""

    TRAINED: ClassVar[tuple[str, ...]] = (*MAPPED, "model", "reference", "samples", "seed")
    """Sections that a model depends on."""

    settings: Configuration
    config: Part
    years: list[str]
    periods: dict[str, list[str]]
    tiles: list[str]
    regions: list[str]
    runs: list[str]
    layers: list[str]
    files: FilePatterns
    sensors: SensorPlan
    functions: FunctionPlan
    legend: Legend
    frozen: bool
    sensor_groups: dict[str, list[str]]
    sensor_mass: str
    boundary: Part | None
    fusion: Part | None
    vectors: Part | None
    cross_validation: Part
    left_out: Part
    cross_validated_runs: list[str]
    from_map: Part | None
    series: Part | None
    segments: Part | None
    target: Part | None
    members: dict[str, list[str]]

    @classmethod
    def of(cls, settings: Configuration) -> "WorkflowPlan":
        """Return the plan of a configuration.

        Raises
        ------
        InputError
            Where a file that planning reads cannot be read: the nomenclature, Python files of functions.
        """
        config = settings.model_dump(mode="json")
        years, regions = [str(year) for year in settings.years], region_slugs(settings)
        runs = [str(run) for run in range(settings.runs)]
        frozen, fused_sensors = settings.model.type == "frozen", settings.sensor_fusion
        groups = fused_sensors.groups if fused_sensors else {}
        suspected = config["cross_validation"]["suspected"]
        left_out = suspected if suspected["leave_out"] else {}
        return cls(
            settings=settings,
            config=config,
            years=years,
            periods={year: [day.isoformat() for day in period_of(settings, int(year))] for year in years},
            tiles=settings.tiles,
            regions=regions,
            runs=runs,
            layers=layers_of(settings),
            files=FilePatterns.of(settings),
            sensors=SensorPlan.of(settings),
            functions=FunctionPlan.of(settings),
            legend=Legend.of(settings),
            frozen=frozen,
            sensor_groups=groups,
            sensor_mass=fused_sensors.mass if fused_sensors else "",
            boundary=config["map"]["boundary_fusion"] if len(regions) > 1 else None,
            fusion=config["fusion"],
            vectors=config["vectors"],
            cross_validation={k: part for k, part in config["cross_validation"].items() if k != "suspected"},
            left_out=left_out,
            cross_validated_runs=runs if left_out or groups else runs[:1],
            from_map=None if frozen else config["samples"]["from_map"],
            series=None if frozen else config["samples"]["table"],
            segments=config["objects"],
            target=config["target"],
            members=used_members(settings),
        )

    @property
    def map_grid(self) -> Part:
        """Return the CRS and pixel size of mosaics."""
        return {key: self.config["map"][key] for key in ("crs", "resolution_m", "resolution")}

    @property
    def draws(self) -> dict[str, Part]:
        """Return how samples are drawn in each region."""
        of_region = self.settings.samples.by_region(self.regions)
        return {region: draw.model_dump(mode="json") for region, draw in of_region.items()}

    @property
    def objects(self) -> Part | None:
        """Return how segments are classified as wholes; None where pixels are."""
        return None if self.object_majority else self.segments

    @property
    def object_majority(self) -> bool:
        """Return whether objects get the class of most of their pixels in a map of pixels."""
        return bool(self.segments and self.segments["method"] == "majority")

    @property
    def pixels_outside(self) -> bool:
        """Return whether ground in no object is classified by pixels, beside objects."""
        return bool(self.objects and self.settings.objects and self.settings.objects.classifies_outside)

    @property
    def objects_shared(self) -> bool:
        """Return whether objects have one number in all tiles."""
        return bool(self.settings.objects and self.settings.objects.shared)

    @property
    def first_regions(self) -> list[int]:
        """Return the numbers of the regions whose models come before others where an object lies in several."""
        objects, regions = self.settings.objects, self.settings.regions
        if objects is None or regions is None or isinstance(objects.region, str):
            return []
        return [regions.names.index(name) + 1 for name in objects.region]

    @property
    def object_vectors(self) -> bool:
        """Return whether objects are written as polygons, too."""
        return bool(self.settings.objects and self.settings.objects.has_polygons)

    def objects_part(self, *keys: str) -> Part:
        """Return some keys of the section `objects`, by which a product is made."""
        return {key: (self.segments or {})[key] for key in keys}

    @property
    def agreement(self) -> bool:
        """Return whether maps of the agreement with the reference are wanted."""
        return bool(self.config["map"]["agreement"])

    @property
    def compares_boundaries(self) -> bool:
        """Return whether the maps with and without boundary fusion are compared."""
        return "separate" in self.layers

    @property
    def importance(self) -> bool:
        """Return whether cross-validation tells what sensors, dates and bands bring."""
        return not self.frozen and self.settings.cross_validation.importance

    @property
    def trains_on_ground(self) -> bool:
        """Return whether training looks up where samples lie: areas of polygons and blocks of ground."""
        model = self.settings.model
        if isinstance(model, FrozenSettings):
            return False
        return bool(model.largest_training_area_km2 or (model.search and model.search.groups == "block"))

    @property
    def context(self) -> Part | None:
        """Return how auto-context is done, and how its superpixels are found; None without it."""
        context = self.config["context"]
        return context and {**context, "superpixels": self.config["superpixels"]}

    @property
    def context_of_samples(self) -> Part | None:
        """Return what samples depend on of the context: how many pixels around them are kept."""
        return self.context and {"context_pixels": self.context["context_pixels"]}

    @property
    def context_of_model(self) -> Part | None:
        """Return what models and maps depend on of the context."""
        return self.context and {key: part for key, part in self.context.items() if key != "context_pixels"}

    @property
    def superpixels(self) -> bool:
        """Return whether tiles are cut into superpixels."""
        return self.context is not None or bool(self.objects and not self.objects_shared)

    @property
    def searches_parameters(self) -> bool:
        """Return whether training searches for the parameters of its classifier."""
        return not self.frozen and bool(self.config["model"]["search"])

    @property
    def trains_by_epochs(self) -> bool:
        """Return whether training tells what each of its epochs has come to."""
        model = self.settings.model
        return not isinstance(model, FrozenSettings) and model.BY_EPOCHS

    @property
    def fusion_with_runs(self) -> Part:
        """Return how maps of runs are fused in the pass that makes them; empty where they are not, or later."""
        fusion = self.settings.fusion
        return {"method": fusion.method, "ties": fusion.ties} if fusion and fusion.made_with_runs else {}

    @property
    def kind(self) -> str:
        """Return the kind of the maps, a member of :data:`landloom.maps.kinds.KINDS`."""
        return "values" if self.target else "classes"

    @property
    def fused_layers(self) -> list[str]:
        """Return the layers of a map that runs are fused into."""
        return self.layers if self.target else ["classification", "confidence"]

    def target_parts(self, *keys: str) -> Part | None:
        """Return the part of the target that a job depends on: its field, its range and some more keys."""
        return {key: self.target[key] for key in ("field", "range", *keys)} if self.target else None

    def nomenclature(self, year: str) -> str:
        """Return the nomenclature of a year: the user's, or the bins of a target."""
        return self.settings.nomenclature or BINS.format(year=year)

    @property
    def other_maps(self) -> list[Part]:
        """Return the maps made elsewhere that are fused, too."""
        return self.fusion["maps"] if self.fusion else []

    @property
    def vectorised(self) -> str:
        """Return the folder, below `results/{year}/map`, of the map that polygons are made of."""
        return self.settings.vectors.folder if self.settings.vectors else ""

    @property
    def vector_levels(self) -> list[str]:
        """Return the levels of the nomenclature at which polygons are made."""
        return list(self.settings.vectors.levels) if self.settings.vectors else []

    @property
    def tile_years(self) -> int:
        """Return how many jobs of a kind there are where each is of a tile and year."""
        return len(self.years) * len(self.tiles)

    @property
    def region_years(self) -> int:
        """Return how many jobs of a kind there are where each is of a region and year."""
        return len(self.years) * len(self.regions)

    def config_digests(self, *keys: str, **parts: Any) -> dict[str, str]:
        """Return, by year, the digest of what a product depends on in the configuration.

        Files record which products of sensors there are; of their sections, how these are read counts alone.

        Parameters
        ----------
        keys : str
            Of sections of the configuration.
        parts : plain values
            Other things that count.
        """
        counted = {**self.config, "sensors": self.sensors.read, "context": self.context_of_model}
        counted["reference"] = self.settings.reference.counted
        parts |= {key: counted[key] for key in keys}
        if self.target and "nomenclature" in keys:
            parts["target"] = {key: part for key, part in self.target.items() if key != "unit"}
        return {year: digest({**parts, "period": period}) for year, period in self.periods.items()}

    def survey_digest(self, year: str) -> str:
        """Return the digest of how a survey reads products; its table records which."""
        return digest([self.sensors.survey, self.periods[year]])

    def raster_files(self, year: str, tiles: Iterable[str]) -> list[str]:
        """Return the files of the static rasters for some tiles of a year, each once."""
        patterns = [raster.file for raster in self.settings.rasters.values()]
        return list(dict.fromkeys(placed(pattern, year, tile) for pattern in patterns for tile in tiles))

    def model_samples(self, region: str, year: str) -> Part:
        """Return what else than the draws a model's samples depend on, with the classes where labels name them."""
        samples = self.settings.samples
        parts = samples.of_model(region, self.regions, int(year), self.settings.years)
        if "source_years" in parts:
            parts["one_file"] = "{year}" not in self.settings.reference.file
        return parts | {"classes": self.legend.classes} if parts else {}

    def config_of_year(self, year: str) -> Part:
        """Return the configuration as far as it says something of a year; selectors of the command line do not.

        Years whose samples train its models say something of it.
        """
        shown = {key: part for key, part in self.config.items() if key not in ("tile", "year")}
        others = [] if self.frozen else self.settings.samples.source_years(int(year), self.settings.years)
        return shown | {"years": {one: self.config["years"][one] for one in sorted([year, *map(str, others)])}}

    def validity_digest(self, year: str) -> str:
        """Return the digest of what the map of valid observations depends on in the configuration."""
        return digest([self.survey_digest(year), self.map_grid])


def selected(chosen: Any, everything: list[str]) -> list[str]:
    """Return the values that a selector of the command line chooses, or all of them without one."""
    if chosen is None:
        return everything
    return [str(one) for one in (chosen if isinstance(chosen, list) else [chosen])]
