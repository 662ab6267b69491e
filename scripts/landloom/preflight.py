"""Checks of the configuration against the world, before any job starts: files, fields, CRSs, indices."""

import copy
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

from landloom.config import Configuration, ConfigurationError, made_here, parse, period_of, region_slugs
from landloom.digests import digest
from landloom.errors import InputError
from landloom.files import SHAPEFILE_PARTS, is_file_or_folder, remember
from landloom.model_settings import FrozenSettings, SklearnSettings
from landloom.reference_settings import ReferenceSettings
from landloom.region_settings import RegionSettings
from landloom.series_settings import SeriesSettings
from landloom.stac_settings import StacSettings
from landloom.words import shortened

OUTPUT_FOLDERS = ("results", "logs", "benchmarks")
"""In the working directory."""


def load(content: dict[str, Any], memory: Path | None = None) -> Configuration:
    """Return the configuration, checked against its types and against the world.

    Inputs that a rule of ours has yet to make are not looked for.

    Parameters
    ----------
    content : dict
        As read from YAML.
    memory : path or None
        Folder that remembers vectors without fault; they are opened again when they have changed.

    Raises
    ------
    ConfigurationError
        With all errors together, each on a line that names its key.
    """
    lines: list[str] = []
    places: list[tuple[str | int, ...]] = []
    try:
        settings: Configuration | None = parse(content)
    except ConfigurationError as error:
        lines, places = error.lines, error.places
        settings = _without(content, places)
    if settings:
        lines = lines + problems(settings, memory)
    if lines or not settings:
        raise ConfigurationError(lines, places)
    return settings


def _without(content: dict[str, Any], places: list[tuple[str | int, ...]]) -> Configuration | None:
    """Return the configuration as it would be without its faulty keys, if it can be used then."""
    pruned = copy.deepcopy(content)
    for place in places:
        section: Any = pruned
        # Pydantic names variants of a section (as `series`) in the place, where the content has no such key.
        for key in place[:-1]:
            section = section.get(key, section) if isinstance(section, dict) else section
        if place and isinstance(section, dict):
            section.pop(place[-1], None)
    try:
        return parse(pruned)
    except InputError:
        return None


def check(settings: Configuration) -> None:
    """Raise where files, fields, CRSs or indices that a configuration names are not there."""
    lines = problems(settings)
    if lines:
        raise ConfigurationError(lines, [])


def problems(settings: Configuration, memory: Path | None = None) -> list[str]:
    """Return what is wrong with the world that a configuration names, a line each."""
    return [
        *_check_outputs(settings),
        *_check_files(settings),
        *_check_items(settings),
        *_check_crs(settings),
        *_check_features(settings),
        *_check_functions(settings),
        *_collect(_check_nomenclature, settings),
        *_check_dates(settings),
        *_check_samples(settings),
        *_check_calendars(settings),
        *_check_vectors(settings, memory),
        *_check_classifier(settings, memory),
    ]


def _collect(function: Callable[[Configuration], None], settings: Configuration) -> list[str]:
    """Return the lines of the error that a check raises."""
    try:
        function(settings)
    except InputError as error:
        return str(error).splitlines()
    return []


def _check_outputs(settings: Configuration) -> list[str]:
    """Name the folders that products go to, where they are none or are read-only."""
    years = ["", *map(str, settings.years)]
    folders = [Path(top, year) for top in OUTPUT_FOLDERS for year in years]
    found = [f"{path}: is a file where a folder is needed; move it" for path in folders if path.is_file()]
    found += [
        f"{path}: cannot be written in; mend its permissions, or work in another --directory"
        for path in folders
        if path.is_dir() and not os.access(path, os.W_OK | os.X_OK)
    ]
    return found


def check_writable(folders: Iterable[Path]) -> None:
    """Raise where a folder in which something will be made cannot be written in.

    Folders that are not there yet are made in the nearest that is.
    """
    nearest = {next(path for path in (folder, *folder.parents) if path.exists()) for folder in set(folders)}
    lines = [
        f"{path}: cannot be written in; mend its permissions, or work in another --directory"
        for path in sorted(nearest)
        if path.is_dir() and not os.access(path, os.W_OK | os.X_OK)
    ]
    if lines:
        raise InputError("\n".join(lines))


def _check_files(settings: Configuration) -> list[str]:
    """Name the files and folders that are not there."""
    # What os.path asks for may have too long a name, or one not to be looked at: Path would raise.
    files = {
        f"reference.{key} ({year})": path
        for year in settings.years
        for key, path in zip(("file", "test_file"), settings.reference.paths(year), strict=False)
    }
    files["nomenclature"] = settings.nomenclature
    if settings.regions:
        files["regions.file"] = settings.regions.file
    files |= _frozen_models(settings) | _other_maps(settings) | _static_rasters(settings)
    files |= _reference_images(settings)
    amounts = settings.samples.augmentation.numbers if settings.samples.augmentation else None
    named = {"samples.copies": settings.samples.copies, "samples.augmentation.numbers": amounts}
    files |= {key: path for key, path in named.items() if path}
    problems = [
        f"{key}: no such file: {path}"
        for key, path in files.items()
        if not made_here(settings, path) and not os.path.exists(path)  # noqa: PTH110
    ]
    problems += [
        f"{key}: {path} is neither a file nor a folder"
        for key, path in files.items()
        if os.path.exists(path) and not is_file_or_folder(path)  # noqa: PTH110
    ]
    problems += [
        f"sensors.{name}.archive: no such folder: {sensor.archive}"
        for name, sensor in settings.sensors.items()
        if not isinstance(sensor, StacSettings)
        and not made_here(settings, sensor.archive)
        and not os.path.isdir(sensor.archive)  # noqa: PTH112
    ]
    return problems


def _reference_images(settings: Configuration) -> dict[str, str]:
    """Return the rasters that images are moved onto."""
    return {
        f"sensors.{name}.coregistration.reference": path
        for name, sensor in settings.sensors.items()
        for tile in (settings.tiles if sensor.coregistration else ())
        for year in settings.years
        if sensor.coregistration and (path := sensor.coregistration.raster(tile, str(year)))
    }


def _check_items(settings: Configuration) -> list[str]:
    """Name files and folders of STAC items that are not there, and tiles without a box where others have one."""
    problems = []
    for name, sensor in settings.sensors.items():
        if isinstance(sensor, StacSettings):
            archive = sensor.archive
            if archive and not made_here(settings, archive) and not is_file_or_folder(archive):
                problems.append(f"sensors.{name}.archive: no such file or folder: {archive}")
            boxless = [tile for tile in settings.tiles if sensor.boxes and tile not in sensor.boxes]
            if boxless:
                problems.append(f"sensors.{name}.boxes: {shortened(boxless)} must have a box, as other tiles have")
    return problems


def _other_maps(settings: Configuration) -> dict[str, str]:
    """Return the files of maps made elsewhere that are fused or sampled, but for those that this project makes."""
    others = settings.fusion.maps if settings.fusion else []
    patterns = {
        f"fusion.maps[{place}].{key}": pattern
        for place, other in enumerate(others)
        for key, pattern in (("classification", other.classification), ("confidence", other.confidence))
        if pattern
    }
    if sampled := settings.samples.from_map:
        patterns |= {f"samples.from_map.{layer}": path for layer, path in sampled.layers().items()}
    files = {
        f"{key} (year {year}, tile {tile})": pattern.replace("{year}", str(year)).replace("{tile}", tile)
        for key, pattern in patterns.items()
        for year in settings.years
        for tile in settings.tiles
    }
    return {key: path for key, path in files.items() if Path(path).parts[:1] != (OUTPUT_FOLDERS[0],)}


def _static_rasters(settings: Configuration) -> dict[str, str]:
    """Return the files of rasters without time."""
    wanted = product(settings.rasters.items(), settings.years, settings.tiles)
    return {
        f"rasters.{name}.file" + f" (year {year}, tile {tile})" * ("{" in raster.file): raster.path(tile, str(year))
        for (name, raster), year, tile in wanted
    }


def _frozen_models(settings: Configuration) -> dict[str, str]:
    """Return the files of models that were trained before."""
    if not isinstance(settings.model, FrozenSettings):
        return {}
    wanted = product(settings.years, region_slugs(settings), range(settings.runs))
    return {
        f"model.file (year {year}, region {region}, run {run})": settings.model.path(str(year), region, str(run))
        for year, region, run in wanted
    }


def _check_crs(settings: Configuration) -> list[str]:
    """Name the map's CRS where it is none, or has no metres to measure its pixels in."""
    if settings.map.crs is None:
        zones = sorted({tile[:3] for tile in settings.tiles if re.fullmatch(r"T\d\d[A-Z]{3}", tile)})
        return [f"map.crs: the tiles are in several UTM zones ({', '.join(zones)}); choose one CRS"] * (
            len(zones) > 1
        )
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(settings.map.crs)
    except CRSError:
        return [f"map.crs: `{settings.map.crs}` is not a coordinate reference system; write e.g. EPSG:2154"]
    if not crs.is_projected:
        return [f"map.crs: {settings.map.crs} is not projected; the map's pixels are measured in its units"]
    return []


def _check_features(settings: Configuration) -> list[str]:
    """Name bands, indices, expressions and statistics that cannot be made of the sensors."""
    from landloom import feature_checks, sensors
    from landloom.feature_choice import SensorBands

    bands = [
        SensorBands(name, tuple(sensor.bands), sensors.common_names(sensor))
        for name, sensor in settings.sensors.items()
    ]
    calendars = {name: sensor.output_dates for name, sensor in settings.sensors.items()}
    return feature_checks.problems(settings.features, bands, calendars)


def _check_functions(settings: Configuration) -> list[str]:
    """Name functions of the user's own that their files lack, and rasters of theirs that are not there."""
    from landloom import function_files

    problems = []
    for place, function in enumerate(settings.features.functions):
        key = f"features.functions[{place}]"
        found = function_files.problem(function.file, function.name, function.arguments)
        problems += [f"{key}: {found}"] if found else []
        files = {
            path.replace("{year}", str(year)).replace("{tile}", tile): name
            for name, path in function.rasters.items()
            for year in settings.years
            for tile in settings.tiles
            if not made_here(settings, path)
        }
        problems += [
            f"{key}.rasters.{name}: no such file: {path}"
            for path, name in files.items()
            if not is_file_or_folder(path)
        ]
    return problems


def _check_nomenclature(settings: Configuration) -> None:
    from landloom import nomenclature

    if is_file_or_folder(settings.nomenclature):
        nomenclature.read(settings.nomenclature)


def _check_dates(settings: Configuration) -> list[str]:
    """Name the files of dates that are not there or cannot be read."""
    from landloom.sensors import series

    problems: dict[str, None] = {}
    for name, sensor in settings.sensors.items():
        if not isinstance(sensor, SeriesSettings) or made_here(settings, sensor.archive):
            continue
        for tile in settings.tiles if sensor.dates else ():
            try:
                series.dates_of(sensor, tile)
            except InputError as error:
                problems[f"sensors.{name}.dates: {error}"] = None
    return list(problems)


def _check_samples(settings: Configuration) -> list[str]:
    """Name regions, years, labels and lines of files that the samples cannot be drawn by."""
    from landloom import nomenclature, sample_checks

    try:
        codes = nomenclature.read(settings.nomenclature).code_by_label()
    except InputError:  # which is told, or a rule of ours has yet to make it
        codes = None
    return sample_checks.problems(settings.samples, region_slugs(settings), settings.years, codes)


def _check_calendars(settings: Configuration) -> list[str]:
    """Name sensors that have more output dates in a year than in another whose samples train its models.

    As far as the configuration tells; `auto` goes by the archive, and is looked at by the training.
    """
    from landloom.calendars import CommonRange, output_dates

    if isinstance(settings.model, FrozenSettings):
        return []
    problems = []
    periods = {year: period_of(settings, year) for year in settings.years}
    for name, sensor in settings.sensors.items():
        bounds = sensor.start, sensor.end
        numbers: dict[int, int] = {}
        for year, days in periods.items() if "auto" not in bounds else ():
            try:
                numbers[year] = len(output_dates(name, CommonRange(*days, "", ""), bounds, sensor.step_days, days))
            except InputError as error:
                problems.append(f"sensors.{name} ({year}): {error}")
        pairs = [(year, other) for year in numbers for other in settings.samples.lenders(year, settings.years)]
        problems += [
            f"sensors.{name}: has {numbers[year]} output dates in {year}, {numbers[other]} in {other}, whose samples "
            "are to train its models; give both years as long a period, or another `start` and `end`"
            for year, other in pairs
            if other in numbers and numbers[year] != numbers[other]
        ]
    return problems


def _check_vectors(settings: Configuration, memory: Path | None) -> list[str]:
    """Name what the vector files lack: features, a CRS, the field, regions of the configuration.

    Opening them takes half a second, most of it the import of pyogrio, and so is not done again for the same files.
    """
    sources = _sources(settings)
    state = digest([[asdict(source), section.model_dump(), _stamps(source.path)] for source, section in sources])
    # A folder (as of ESRI's geodatabases) does not tell when a file in it changes.
    files = all(Path(source.path).is_file() for source, _ in sources)
    seen = memory / state if memory and files else None
    if seen and seen.exists():
        return []
    problems = []
    for source, section in sources:
        found = _check_fields(source)
        if isinstance(section, RegionSettings) and not found:
            found = _check_region_names(section)
        problems += found
    if seen and not problems:
        remember(seen, "")
    return problems


def _check_classifier(settings: Configuration, memory: Path | None) -> list[str]:
    """Name parameters that the classifier does not have or does not take.

    Importing scikit-learn takes a second, and so is not done again for the same section.
    """
    if not isinstance(settings.model, SklearnSettings):
        return []
    state = digest(["model", settings.model.model_dump(mode="json"), version("scikit-learn")])
    seen = memory / state if memory else None
    if seen and seen.exists():
        return []
    from landloom import classifiers

    problems = classifiers.problems(settings.model)
    if seen and not problems:
        remember(seen, "")
    return problems


@dataclass(frozen=True)
class _VectorSource:
    """A vector file, and the keys of the configuration that name it and its field."""

    key: str
    path: str
    field_key: str
    field: str
    layer: str | None


def _sources(settings: Configuration) -> list[tuple[_VectorSource, RegionSettings | ReferenceSettings]]:
    """Return the vector files that are there, each once, and their sections of the configuration."""
    found: dict[_VectorSource, RegionSettings | ReferenceSettings] = {}
    if regions := settings.regions:
        source = _VectorSource("regions.file", regions.file, "regions.field", regions.field, regions.layer)
        found[source] = regions
    reference = settings.reference
    for year in settings.years:
        path, *test_paths = reference.paths(year)
        source = _VectorSource("reference.file", path, "reference.field", reference.field, reference.layer)
        found[source] = reference
        for test_path in test_paths:
            field_key = "reference.test_field" if reference.test_field else "reference.field"
            field = reference.test_field or reference.field
            source = _VectorSource("reference.test_file", test_path, field_key, field, reference.test_layer)
            found[source] = reference
    return [(source, section) for source, section in found.items() if is_file_or_folder(source.path)]


def _stamps(path: str) -> list[tuple[str, int, int]]:
    """Return path, size and time of change (of content or permissions) of a vector file and of its parts."""
    file = Path(path).resolve()
    beside = {file.with_suffix(suffix) for suffix in SHAPEFILE_PARTS} if file.is_file() else set()
    parts = sorted({file, *beside, file.parent / f"{file.name}-wal"})
    stats = [(part, part.stat()) for part in parts if part.exists()]
    return [(str(part), status.st_size, status.st_ctime_ns) for part, status in stats]


def _check_region_names(settings: RegionSettings) -> list[str]:
    """Name the regions that their file lacks."""
    import pyogrio

    from landloom.vectors import label_text

    options: dict[str, Any] = {"columns": [settings.field], "read_geometry": False}
    try:
        table = pyogrio.read_dataframe(settings.file, layer=settings.layer, **options)
    except Exception as error:  # pyogrio raises many kinds
        return [f"regions.file: {settings.file} cannot be read ({error})"]
    there = sorted(set(table[settings.field].map(label_text).dropna()))
    unknown = [str(name) for name in settings.names if str(name) not in set(there)]
    if not unknown:
        return []
    return [f"regions.names: {shortened(unknown)} not in field `{settings.field}`, which has {shortened(there)}"]


def _check_fields(source: _VectorSource) -> list[str]:
    import pyogrio

    key, path, field = source.key, source.path, source.field
    try:
        info = pyogrio.read_info(path, layer=source.layer)
    except Exception as error:  # pyogrio raises many kinds
        return [f"{key}: {path} cannot be read ({error})"]
    problems = []
    if info["features"] == 0:
        problems.append(f"{key}: {path} is empty")
    if info["crs"] is None:
        problems.append(f"{key}: {path} has no coordinate reference system")
    if field not in info["fields"]:
        there = shortened(list(info["fields"]))
        problems.append(f"{source.field_key}: {path} has no field `{field}`; it has {there}")
    return problems
