"""Plan of the sensors: which parts of their sections each step of the workflow depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landloom.configuration.configuration import Configuration, made_here
from landloom.sensors import registry
from landloom.sensors.coregistration_settings import CoregistrationSettings
from landloom.sensors.key_effects import NOT_READ, NOT_SURVEYED, KeyEffect
from landloom.sensors.settings import PrepareSettings, SensorSettings

Part = dict[str, Any]
"""Some keys of a sensor's section, as plain values."""


@dataclass(frozen=True)
class SensorPlan:
    """What follows from the section `sensors`.

    Attributes
    ----------
    names : list of str
        Of all sensors, sorted.
    settings : dict of sensor: settings
    coregistrations : list of CoregistrationSettings
        Of sensors whose images are moved onto a reference.
    made_archives : list of path
        Archives that a rule of ours makes, as in the demo.
    searched : list of str
        Sensors whose STAC items a job of ours searches.
    watched : dict of sensor: settings
        Sensors whose archive is listed while Snakemake plans: it is there, and nothing is searched.
    optional : list of str
        Watched sensors that no tile needs a product of.
    sections : dict of sensor: dict
        Whole sections.
    read : dict of sensor: dict
        What the pixels of given products depend on. Files record which products are used, when and where:
        acquisitions.csv, dates.json and shifts.csv.
    surveyed : dict of sensor: dict
        What a survey depends on.
    calendars : dict of sensor: dict
        What output dates depend on.
    coregistered : dict of sensor: dict
        How images are moved onto a reference, of sensors whose images are.
    prepared : dict of sensor: PrepareSettings
        Sensors whose images are copied, for jobs that read them.
    sources : dict of sensor: dict
        What those who read images know of a sensor; the rest, the surveys' descriptions record.
    """

    names: list[str]
    settings: dict[str, SensorSettings]
    coregistrations: list[CoregistrationSettings]
    made_archives: list[str]
    searched: list[str]
    watched: dict[str, SensorSettings]
    optional: list[str]
    sections: dict[str, Part]
    read: dict[str, Part]
    surveyed: dict[str, Part]
    calendars: dict[str, Part]
    coregistered: dict[str, Part]
    prepared: dict[str, PrepareSettings]
    sources: dict[str, Part]
    listing_tells_products: bool
    """Whether archives' listings alone tell which products are used: none is made later, skipped or filtered out."""

    @classmethod
    def of(cls, settings: Configuration) -> "SensorPlan":
        """Return the plan of a configuration."""
        sensors = settings.sensors
        sections = {name: sensor.model_dump(mode="json") for name, sensor in sensors.items()}
        made = sorted({one.archive for one in sensors.values() if made_here(settings, one.archive)})
        searched = [name for name, section in sections.items() if section.get("search")]
        watched = {name: one for name, one in sensors.items() if one.archive not in made and name not in searched}
        return cls(
            names=sorted(sensors),
            settings=sensors,
            coregistrations=[one.coregistration for one in sensors.values() if one.coregistration],
            made_archives=made,
            searched=searched,
            watched=watched,
            optional=[name for name, sensor in watched.items() if not sensor.required],
            sections=sections,
            read={name: read_part(one) for name, one in sensors.items()},
            surveyed={name: surveyed_part(one) for name, one in sensors.items()},
            calendars={name: calendar_part(one) for name, one in sensors.items()},
            coregistered=_coregistered(sections),
            prepared={name: one.copies for name, one in sensors.items() if one.copies},
            sources={name: source_of(one) for name, one in sensors.items()},
            listing_tells_products=not (made or searched or _chooses_products(settings)),
        )

    @property
    def survey(self) -> dict[str, Part]:
        """Return how surveys read products: the digest of this is theirs; their tables tell which products."""
        return {
            name: {key: value for key, value in part.items() if key in self.surveyed[name]}
            for name, part in self.read.items()
        }

    @property
    def searches(self) -> dict[str, tuple[Part, Part]]:
        """Return the search of each sensor that has one, and its boxes by tile."""
        return {name: (self.sections[name]["search"], self.sections[name]["boxes"]) for name in self.searched}

    def reference_images(self, tiles: Sequence[str], year: str) -> list[str]:
        """Return the rasters that images of some tiles and a year are moved onto, sorted."""
        found = {one.raster(tile, year) for one in self.coregistrations for tile in tiles}
        return sorted(path for path in found if path)

    def folders_of_copies(self, tile: str, year: str) -> dict[str, str]:
        """Return the folder of each sensor whose images are copied."""
        return {name: one.of_tile(name, tile, year) for name, one in self.prepared.items()}

    @property
    def geocoded(self) -> list[str]:
        """Return the sensors whose products cannot be read themselves, but only prepared images."""
        return [name for name, one in self.settings.items() if one.is_geocoded]

    @property
    def embeddings(self) -> dict[str, str]:
        """Return the model that made the embeddings of each sensor that tells it."""
        return {name: model for name, one in self.settings.items() if (model := one.embedding_model)}

    @property
    def coding_of_annual(self) -> dict[str, str]:
        """Return what numbers of the files of each annual section mean."""
        return {name: str(one.reading["values"]) for name, one in self.settings.items() if one.is_annual}

    @property
    def prepared_sections(self) -> dict[str, Part]:
        """Return what prepared images depend on, of each sensor that has some."""
        return {
            name: {"archive": self.sections[name]["archive"]} | prepared_part(self.settings[name])
            for name in self.prepared
        }

    def ground_files(self, tile: str) -> list[str]:
        """Return the files, beside products, that a tile's prepared images are made of, each once."""
        return sorted({path for one in self.settings.values() for path in one.ground_files(tile)})

    def surveyed_with(self, items: Mapping[str, str]) -> dict[str, Part]:
        """Return what a survey depends on, where the items of some sensors have been searched.

        Parameters
        ----------
        items : dict of sensor: path
            File of the items that a search has found.
        """
        found = {name: {"archive": path, "search": None} for name, path in items.items()}
        return {name: section | found.get(name, {}) for name, section in self.surveyed.items()}


def read_part(sensor: SensorSettings) -> Part:
    """Return the keys that count for the pixels of given products."""
    return sensor.model_dump(mode="json", exclude=set(sensor.keys_with(*NOT_READ)))


def prepared_part(sensor: SensorSettings) -> Part:
    """Return the keys that prepared images of given products depend on."""
    return sensor.model_dump(mode="json", exclude=set(sensor.keys_with(*NOT_READ, KeyEffect.FILTERING)))


def surveyed_part(sensor: SensorSettings) -> Part:
    """Return the keys that a survey depends on."""
    return sensor.model_dump(mode="json", exclude=set(sensor.keys_with(*NOT_SURVEYED)))


def calendar_part(sensor: SensorSettings) -> Part:
    """Return the keys that output dates depend on."""
    return sensor.model_dump(mode="json", include=set(sensor.keys_with(KeyEffect.OUTPUT_DATES)))


def source_of(sensor: SensorSettings) -> Part:
    """Return what those who read the images of a sensor know of it."""
    return {
        "bands": list(sensor.bands),
        "letters": registry.common_names(sensor),
        "resampling": sensor.resampling,
        "unit": sensor.unit,
        "images": sensor.images,
        "reading": sensor.reading,
        "held_bytes": sensor.held_bytes,
    }


def _coregistered(sections: Mapping[str, Part]) -> dict[str, Part]:
    return {
        name: {key: section[key] for key in ("coregistration", "resampling")}
        for name, section in sections.items()
        if section["coregistration"]
    }


def _chooses_products(settings: Configuration) -> bool:
    """Return whether products that are there may be left out: faulty ones, or by a filter."""
    filters = (
        one.days or one.orbits or one.minimum_valid_fraction or not one.HAS_GRID for one in settings.sensors.values()
    )
    return settings.on_bad_product == "skip" or any(filters)
