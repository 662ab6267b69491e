"""The typed configuration: what a user may write, the defaults, and errors in the user's words.

Every description below ends up in config/README.md and in the JSON schema (see :mod:`landloom.config_docs`).
This module is imported whenever the Snakefile is parsed: it needs nothing beyond pydantic.
"""

import datetime
import difflib
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from landloom.errors import InputError
from landloom.levels import SanitySettings
from landloom.section import PositiveInt, Section
from landloom.words import printable, shortened

SENTINEL2_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")

MOST_STARS = 5
"""In the pattern of a name: the time that a name may take to fail grows with its length to their power."""

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
Name = Annotated[str, Field(pattern=NAME, max_length=60)]
DayOfYear = Annotated[str, Field(pattern=r"^(auto|[01]\d-[0-3]\d)$")]
Share = Annotated[float, Field(gt=0, lt=1)]
MaskValue = Annotated[int, Field(ge=-(2**31), lt=2**32)]


def _no_braces(path: str) -> str:
    """Refuse a path that Snakemake would take for a pattern; it has no way to write a brace as such."""
    if "{" in path or "}" in path:
        raise ValueError("must not hold braces, which are placeholders to Snakemake")
    return path


def _no_address(path: str) -> str:
    """Refuse a path that GDAL or Snakemake would take for an address, as ``s3:``, or for options of a driver."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):
        raise ValueError("must not begin with letters and a colon, as addresses do")
    return path


def _whole_for_pyogrio(path: str) -> str:
    """Refuse a path of which pyogrio would open a part: what is before `;` in the name, or `!` anywhere."""
    if ";" in path.rpartition("/")[2] or "!" in path:
        raise ValueError("must not hold `!`, nor `;` in the file's name, which have a meaning to its reader")
    return path


FolderPath = Annotated[str, AfterValidator(_no_address)]
InputPath = Annotated[FolderPath, AfterValidator(_no_braces)]
VectorPath = Annotated[FolderPath, AfterValidator(_whole_for_pyogrio)]


class YearSettings(Section):
    """The acquisitions that make the map of one year."""

    start: datetime.date | None = Field(None, description="first day; by default the 1st of January")
    end: datetime.date | None = Field(None, description="last day; by default the 31st of December")


class SensorSettings(Section):
    """What all sensors share."""

    archive: FolderPath = Field(description="folder that holds the products, at any depth (of three at most)")
    step_days: PositiveInt = Field(10, description="days between two output dates of the gap filling")
    start: DayOfYear = Field(
        "auto",
        description="first output date as MM-DD; `auto`: the last of all tiles' first dates (no extrapolation)",
    )
    end: DayOfYear = Field(
        "auto", description="last output date as MM-DD; `auto`: the first of all tiles' last dates"
    )
    resampling: Literal["bilinear", "nearest", "cubic"] = Field(
        "bilinear", description="how bands of another grid come onto the tile's grid (masks: nearest)"
    )

    @field_validator("start", "end")
    @classmethod
    def _day_exists(cls, day: str) -> str:
        if day != "auto":
            try:
                datetime.date.fromisoformat(f"2000-{day}")
            except ValueError:
                raise ValueError("must be a day of the year as MM-DD") from None
        return day


class TheiaSettings(SensorSettings):
    """Sentinel-2 Level-2A by THEIA/MAJA (MUSCATE format)."""

    type: Literal["sentinel2_theia"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    reflectance: Literal["FRE", "SRE"] = Field(
        "FRE", description="slope-corrected (FRE) or not (SRE) surface reflectance"
    )
    invalid_bits: dict[Literal["CLM", "SAT", "EDG"], Literal["any"] | list[int]] = Field(
        {"CLM": "any", "SAT": "any", "EDG": "any"},
        description="per mask file, the bits (0 to 7) that make a look invalid, or `any`; "
        "a mask that is not named is not used",
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return _check_bands(bands)

    @field_validator("invalid_bits")
    @classmethod
    def _bits_of_a_byte(cls, rules: dict[str, Any]) -> dict[str, Any]:
        for mask, bits in rules.items():
            if bits != "any" and not set(bits) <= set(range(8)):
                raise ValueError(f"bits of {mask} must be between 0 and 7, not {bits}")
        return rules


class Sen2corSettings(SensorSettings):
    """Sentinel-2 Level-2A by Sen2Cor (.SAFE, any processing baseline)."""

    type: Literal["sentinel2_sen2cor"]
    bands: list[str] = Field(list(SENTINEL2_BANDS), description="bands to use, in this order", min_length=1)
    invalid_classes: list[Annotated[int, Field(ge=0, le=11)]] = Field(
        [0, 1, 3, 8, 9, 10], description="scene classes (SCL) that make a look invalid"
    )

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, bands: list[str]) -> list[str]:
        return _check_bands(bands)


class SeriesBand(Section):
    """A band of a user-described series that lies in a file of its own."""

    file: str | None = Field(None, description="file pattern of this band; by default the sensor's `file`")
    number: PositiveInt = Field(1, description="number of the band in its file, from 1")


class SeriesMask(Section):
    """The mask of a user-described series."""

    file: str = Field(description="file pattern of the mask, with the placeholders of the sensor's `file`")
    number: PositiveInt = Field(1, description="number of the band in the mask's file, from 1")
    invalid_values: list[MaskValue] = Field([], description="values that make a look invalid")
    valid_values: list[MaskValue] = Field([], description="if given, every other value makes a look invalid")
    invalid_bits: list[Annotated[int, Field(ge=0, le=31)]] = Field(
        [], description="bits (0 is the lowest) that make a look invalid when set"
    )

    @model_validator(mode="after")
    def _says_something(self) -> "SeriesMask":
        if not (self.invalid_values or self.valid_values or self.invalid_bits):
            raise ValueError("give invalid_values, valid_values or invalid_bits, else the mask masks nothing")
        return self


class SeriesSettings(SensorSettings):
    """Any series of raster files that GDAL reads, described here: a new sensor without code."""

    type: Literal["series"]
    file: str = Field(
        description="pattern of the files below `archive`: `{date}` (needed), `{tile}`, `{band}` (the band's "
        "name) and `*`, e.g. `{tile}/{date}_{band}.tif`"
    )
    date_format: str = Field("%Y%m%d", description="format of `{date}`, in the codes of strptime")
    bands: dict[Name, PositiveInt | SeriesBand] = Field(
        description="band name: its number in the file, or its own `file` and `number`", min_length=1
    )
    mask: SeriesMask | None = Field(None, description="mask file; without it every look with data is valid")
    scale: float = Field(0.0001, description="reflectance = stored value x scale + offset")
    offset: float = Field(0.0, description="see scale")
    nodata: Annotated[float, Field(allow_inf_nan=True)] | None = Field(
        None, description="stored value without meaning; by default the file's own"
    )
    common_names: dict[str, str] = Field(
        {}, description="band name: its standard letter in spyndex (B, G, R, N, S1 ...), for indices"
    )

    @field_validator("file")
    @classmethod
    def _has_a_date(cls, pattern: str) -> str:
        if pattern.count("{date}") != 1:
            raise ValueError("the pattern must hold `{date}` once")
        return pattern

    @field_validator("date_format")
    @classmethod
    def _tells_a_day(cls, style: str) -> str:
        day = datetime.datetime(2018, 7, 9)
        try:
            told = datetime.datetime.strptime(day.strftime(style), style)
        except (ValueError, re.error):  # re.error: a code that stands there twice
            told = None
        if told != day:
            raise ValueError("must tell year, month and day once each, in the codes of strptime, as %Y%m%d does")
        return style

    @model_validator(mode="after")
    def _bands_exist(self) -> "SeriesSettings":
        unknown = sorted(set(self.common_names) - set(self.bands))
        if unknown:
            raise ValueError(f"common_names names {unknown}, which `bands` lacks")
        patterns = [self.file, *(band.file for band in self.bands.values() if isinstance(band, SeriesBand))]
        patterns += [self.mask.file] if self.mask else []
        for pattern in filter(None, patterns):
            if pattern.count("{date}") > 1:
                raise ValueError(f"`{pattern}` holds `{{date}}` twice")
            if any(part.count("*") > MOST_STARS for part in pattern.split("/")):
                raise ValueError(f"`{pattern}` holds more than {MOST_STARS} `*` in the name of a file or folder")
            odd = set(re.findall(r"\{(.*?)\}", pattern)) - {"tile", "date", "band"}
            if odd:
                raise ValueError(f"`{pattern}` holds {sorted(odd)}; only {{tile}}, {{date}}, {{band}} are known")
        return self


AnySensor = Annotated[TheiaSettings | Sen2corSettings | SeriesSettings, Field(discriminator="type")]


class FeatureSettings(Section):
    """What the classifier sees of every pixel."""

    bands: bool = Field(True, description="use the gap-filled bands themselves")
    indices: list[str] | None = Field(
        None,
        description="spectral indices by their name in spyndex, and `brightness` (Euclidean norm of the bands); by "
        "default NDVI, NDMI and brightness as far as a sensor has the bands (a `series` says so by `common_names`)",
    )


RegionName = str | bool | int | float | datetime.date
LONGEST_SLUG = 100
"""File names have at most 255 bytes, of which temporary names take some."""


class RegionSettings(Section):
    """Eco-climatic regions, each with a model of its own."""

    file: Annotated[VectorPath, AfterValidator(_no_braces)] = Field(
        description="vector file of the regions, in any CRS and format that OGR reads"
    )
    field: str = Field(description="field that holds the region's name")
    names: list[RegionName] = Field(description="values of `field` to map; others are left out", min_length=1)
    layer: str | None = Field(None, description="layer of the file; by default its first")

    @field_validator("names")
    @classmethod
    def _distinct(cls, names: list[Any]) -> list[Any]:
        slugs = Counter(region_slug(str(name)) for name in names)
        odd = [str(name) for name in names if not 0 < len(region_slug(str(name))) <= LONGEST_SLUG]
        if odd:
            raise ValueError(
                f"{shortened(odd)} cannot name files: 1 to {LONGEST_SLUG} of a to z and 0 to 9 are needed"
            )
        twice = sorted(slug for slug, count in slugs.items() if count > 1)
        if twice:
            raise ValueError(f"names must differ by more than case and punctuation: {shortened(twice)}")
        return names


def region_slug(name: str) -> str:
    """Return a region's name as it stands in file names: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


class ReferenceSettings(Section):
    """Polygons of known land cover."""

    file: VectorPath = Field(description="vector file in any CRS and format that OGR reads; `{year}` is replaced")
    field: str = Field(description="field that holds the label, an integer or a string")
    layer: str | None = Field(None, description="layer of the file; by default its first")
    ignore: list[int | str] = Field([], description="labels to leave out; any other unknown label is an error")
    train_share: Share = Field(0.5, description="share of each class's polygons used for training")
    minimum_area_m2: float = Field(0.0, ge=0, description="smaller polygons are left out and reported (0: keep all)")

    @field_validator("file")
    @classmethod
    def _no_other_placeholder(cls, path: str) -> str:
        _no_braces(path.replace("{year}", ""))
        return path


class SampleSettings(Section):
    """How many of the training pixels are used."""

    strategy: Literal["all", "total", "per_class"] = Field(
        "all",
        description="`all` pixels; `total`: `number` in each region, shared in proportion; "
        "`per_class`: `number` of each class and region",
    )
    number: PositiveInt | None = Field(None, description="see strategy")
    minimum_clear_looks: Annotated[int, Field(ge=1)] = Field(
        1, description="pixels seen clear less often are not used as samples"
    )

    @model_validator(mode="after")
    def _number_fits(self) -> "SampleSettings":
        if (self.strategy == "all") != (self.number is None):
            need = "takes no `number`" if self.strategy == "all" else "needs `number`"
            raise ValueError(f"strategy {self.strategy} {need}")
        return self


class RandomForestSettings(Section):
    """The classifier, trained on the samples."""

    type: Literal["random_forest"] = Field("random_forest", description="kind of classifier")
    trees: PositiveInt = Field(100, description="number of trees")
    max_depth: PositiveInt = Field(25, description="largest depth of a tree")
    min_samples_leaf: PositiveInt = Field(1, description="fewest training samples in a leaf")
    max_features: Literal["sqrt", "log2"] | PositiveInt | Share = Field(
        "sqrt", description="features tried at each split"
    )

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        return {
            "n_estimators": self.trees,
            "max_depth": self.max_depth,
            "min_samples_leaf": self.min_samples_leaf,
            "max_features": self.max_features,
        }


class FrozenSettings(Section):
    """Models trained before, to map with as they are: nothing is trained, and the polygons only test."""

    type: Literal["frozen"]
    file: FolderPath = Field(
        description="the models' files, as `results/{year}/models/{region}_run{run}.npz`; `{year}`, `{region}` and "
        "`{run}` are replaced. The output dates are those that the models were trained with"
    )

    @field_validator("file")
    @classmethod
    def _known_placeholders(cls, pattern: str) -> str:
        odd = set(re.findall(r"\{(.*?)\}", pattern)) - {"year", "region", "run"}
        if odd:
            raise ValueError(f"holds {sorted(odd)}; only {{year}}, {{region}}, {{run}} are known")
        return pattern

    def path(self, year: str, region: str, run: str) -> str:
        """Return the file of a model."""
        return self.file.replace("{year}", year).replace("{region}", region).replace("{run}", run)


def _kind_of_model(content: Any) -> str:
    """Return the type that a section of the configuration names, or the one it has by default."""
    default = RandomForestSettings.model_fields["type"].default
    return content.get("type", default) if isinstance(content, dict) else getattr(content, "type", default)


AnyModel = Annotated[
    Annotated[RandomForestSettings, Tag("random_forest")] | Annotated[FrozenSettings, Tag("frozen")],
    Discriminator(_kind_of_model),
]


class MapSettings(Section):
    """The maps to make."""

    crs: str | None = Field(
        None, description="CRS of the mosaic, e.g. EPSG:2154; by default the tiles' own if they share one"
    )
    resolution_m: Annotated[float, Field(gt=0)] | None = Field(
        None, description="pixel of the mosaic, in its CRS' units; by default the finest of the tiles"
    )
    probabilities: bool = Field(False, description="write the probability of every class, too")


class DemoSettings(Section):
    """The demo archive."""

    seed: int = Field(1, ge=0, lt=2**32, description="seed of the made-up landscape and weather")
    size_px: Annotated[int, Field(ge=100, le=10980, multiple_of=2)] = Field(
        420, description="rows and columns of a tile, of 10 m"
    )


class Configuration(Section):
    """The whole configuration."""

    title: str = Field("Land cover", description="title of the report")
    inputs_from: Literal["demo", "romania"] | None = Field(
        None, description="rule that makes the inputs, for the demo and the example; leave out for your own"
    )
    demo: DemoSettings = Field(DemoSettings(), description="used by `inputs_from: demo`")  # type: ignore[call-arg]
    years: dict[int, YearSettings | None] = Field(
        description="years to map, each with its period (or nothing: the calendar year)", min_length=1
    )
    tiles: list[Name] = Field(description="tiles to map, by the names that products carry", min_length=1)
    sensors: dict[Name, AnySensor] = Field(
        description="sensors, by a name of your choice that begins the names of their features", min_length=1
    )
    features: FeatureSettings = Field(FeatureSettings(), description="features")  # type: ignore[call-arg]
    regions: RegionSettings | None = Field(None, description="without it, one region holds all tiles")
    nomenclature: InputPath = Field(
        description="CSV file with the columns `label` (as in the reference), `name` (as in the report), `color` "
        "(#rrggbb), one line per class; integer labels are the codes of the map, others are numbered from 1 in the "
        "file's order (see `classes.csv` beside the map)"
    )
    reference: ReferenceSettings = Field(description="reference polygons")
    samples: SampleSettings = Field(SampleSettings(), description="samples")  # type: ignore[call-arg]
    model: AnyModel = Field(RandomForestSettings(), description="classifier")  # type: ignore[call-arg]
    map: MapSettings = Field(MapSettings(), description="maps")  # type: ignore[call-arg]
    sanity: SanitySettings = Field(SanitySettings(), description="checks of the maps")  # type: ignore[call-arg]
    runs: Annotated[int, Field(ge=1, le=100)] = Field(
        1, description="random splits of the polygons, each with a model and a map of its own"
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
        return whole  # type: ignore[return-value]

    @field_validator("tiles")
    @classmethod
    def _no_tile_twice(cls, tiles: list[str]) -> list[str]:
        twice = sorted(tile for tile, count in Counter(tiles).items() if count > 1)
        if twice:
            raise ValueError(f"{shortened(twice)} stand there twice")
        return tiles

    @model_validator(mode="after")
    def _selectors_exist(self) -> "Configuration":
        for key, chosen, known in (("tile", self.tile, self.tiles), ("year", self.year, list(self.years))):
            wanted = chosen if isinstance(chosen, list) else [chosen]
            unknown = [value for value in wanted if value is not None and value not in known]
            if unknown:
                raise ValueError(f"{key}={unknown[0]} is not among {shortened(known)}")
        return self


def _check_bands(bands: list[str]) -> list[str]:
    """Raise where a Sentinel-2 band is unknown or named twice."""
    unknown = [band for band in bands if band not in SENTINEL2_BANDS]
    if unknown:
        raise ValueError(f"{unknown} are not among {list(SENTINEL2_BANDS)}")
    if len(set(bands)) < len(bands):
        raise ValueError("a band is named twice")
    return bands


MOST_LINES = 100
"""Of a message: more is not read, and finding the key that was meant takes a millisecond for each."""


class ConfigurationError(InputError):
    """Errors of a configuration: a line each, and the places of the faulty keys."""

    def __init__(self, lines: list[str], places: list[tuple[str | int, ...]]) -> None:
        super().__init__("the configuration has errors:\n" + "\n".join(f"  {line}" for line in lines))
        self.lines = lines
        self.places = places


def parse(content: dict[str, Any]) -> Configuration:
    """Check the content of a configuration file.

    Parameters
    ----------
    content : dict
        As read from YAML.

    Raises
    ------
    ConfigurationError
        With one line for each error, each naming its key.
    """
    try:
        return Configuration.model_validate(content)
    except ValidationError as error:
        details = error.errors()
        lines = [_in_words(one) for one in details[:MOST_LINES]]
        lines += [f"and {len(details) - MOST_LINES} more"] if len(details) > MOST_LINES else []
        raise ConfigurationError(lines, [one["loc"] for one in details]) from None


def _in_words(detail: Any) -> str:
    """Turn one error of pydantic into a line: key, what is wrong, what would be right."""
    loc = [str(part) for part in detail["loc"]]
    # Pydantic puts the type of a sensor after its name, that of a model after its key, and variants behind a key.
    variant_at = {"sensors": 2, "model": 1}.get(loc[0] if loc else "", len(loc))
    place = loc[:variant_at] + loc[variant_at + 1 :]
    place = [
        part for rank, part in enumerate(place) if not (rank and part.startswith(("function-", "list[", "[key")))
    ]
    key = printable(shortened(".".join(place) or "configuration"))
    if detail["type"] == "extra_forbidden":
        return f"{key}: unknown key{_suggestion(loc[-1])}"
    if detail["type"].startswith("union_tag"):
        known = detail["ctx"].get("expected_tags", "those in config/README.md")
        return f"{key}.type: must be one of {known}"
    if detail["type"] == "missing":
        return f"{key}: is missing"
    message = detail["msg"].removeprefix("Value error, ")
    given = detail.get("input")
    shown = "" if isinstance(given, dict | list | Section) or given is None else f", not {_shown(given)}"
    return f"{key}: {message[0].lower()}{message[1:]}{shown}"


def _shown(given: object) -> str:
    """Return a faulty value as its message shows it."""
    try:
        return shortened(repr(given))
    except ValueError:  # an integer of thousands of digits, as YAML's hexadecimal ones may be
        return "a number of thousands of digits"


def _suggestion(key: str) -> str:
    """Name the known key that is nearest to a misspelt one."""
    known = {name for model in _sections() for name in model.model_fields}
    close = difflib.get_close_matches(key[:60], sorted(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""


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
    """Return the regions as they stand in file names; without a region file, one region ``all``."""
    if configuration.regions is None:
        return ["all"]
    return [region_slug(str(name)) for name in configuration.regions.names]


def sensors(content: dict[str, Any]) -> dict[str, AnySensor]:
    """Return the typed sensors of a configuration's part that was dumped to plain values."""
    return TypeAdapter(dict[str, AnySensor]).validate_python(content)


def made_here(configuration: Configuration, path: str) -> bool:
    """Return whether a rule of ours makes an input, as in the demo."""
    return configuration.inputs_from is not None and Path(path).parts[:1] == (configuration.inputs_from,)
