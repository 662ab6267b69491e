"""Preflight checks of the configuration before any job starts: files, fields, CRSs, indices."""

import copy
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from landloom.configuration import costly_checks, file_checks
from landloom.configuration.configuration import (
    Configuration,
    ConfigurationError,
    frozen_models,
    made_here,
    parse,
    period_of,
    region_slugs,
)
from landloom.configuration.yaml_files import documents, doubles, numbers
from landloom.core.errors import InputError
from landloom.core.files import is_file_or_folder
from landloom.models.networks import pytorch
from landloom.models.networks.settings import FAMILY as NETWORKS
from landloom.models.registry import CONTEXTUAL, entry_names, families_of
from landloom.training.settings import FrozenSettings

if TYPE_CHECKING:
    from landloom.features.selection import SensorBands

RESULTS = "results"
OUTPUT_FOLDERS = (RESULTS, "logs", "benchmarks")
"""Folders in the working directory."""

CostlyChecks: TypeAlias = Callable[[Configuration, Path | None], list[str]]
"""From the configuration and the folder of what is known to be valid, to messages."""


def load(
    content: dict[str, Any],
    memory: Path | None = None,
    files: Iterable[Path | str] = (),
    costly: CostlyChecks = costly_checks.problems,
) -> Configuration:
    """Return the configuration after validation of types, files and contents.

    Inputs that a rule of the workflow makes are not checked.

    Parameters
    ----------
    content : dict
        As read from YAML.
    memory : path or None
        Cache folder of valid vector files, which are opened again only after changes.
    files : iterable of path
        Files that the content was read from: they show what the content no longer does.
    costly : function
        The checks of :mod:`landloom.configuration.costly_checks`, here or in a process of their own.

    Raises
    ------
    ConfigurationError
        If there are errors; the message has a line with the key for each.
    """
    misread = [problem for path in files for problem in _misread(path)]
    lines: list[str] = []
    positions: list[tuple[str | int, ...]] = []
    try:
        settings: Configuration | None = parse(content)
    except ConfigurationError as error:
        lines, positions = error.lines, error.positions
        settings = _without(content, positions)
    lines = misread + lines
    if settings:
        lines = lines + problems(settings, memory, costly)
    if lines or not settings:
        raise ConfigurationError(lines, positions)
    return settings


def _misread(path: Path | str) -> list[str]:
    """Return what the content of a file no longer shows: numbers of other bases, keys given twice."""
    found = documents.of_file(path)
    return [problem for find in (numbers.problems, doubles.problems) for problem in find(Path(path).name, found)]


def _without(content: dict[str, Any], positions: list[tuple[str | int, ...]]) -> Configuration | None:
    """Return the configuration without its invalid keys, if it is valid then."""
    pruned = copy.deepcopy(content)
    for position in positions:
        section: Any = pruned
        # Pydantic includes variants of a section (as `series`) in locations; the content has no such key.
        for key in position[:-1]:
            section = section.get(key, section) if isinstance(section, dict) else section
        if position and isinstance(section, dict):
            section.pop(position[-1], None)
    try:
        return parse(pruned)
    except InputError:
        return None


def check(settings: Configuration) -> None:
    """Raise if files, fields, CRSs or indices in a configuration do not exist."""
    lines = problems(settings)
    if lines:
        raise ConfigurationError(lines, [])


def problems(
    settings: Configuration, memory: Path | None = None, costly: CostlyChecks = costly_checks.problems
) -> list[str]:
    """Return a message for each problem of the files and contents in a configuration."""
    return [
        *_check_outputs(settings),
        *file_checks.problems(settings, RESULTS),
        *_check_crs(settings),
        *_check_features(settings),
        *_check_frozen_context(settings),
        *_check_packages(settings),
        *_collect(_check_nomenclature, settings),
        *_check_sensors(settings),
        *_check_samples(settings),
        *_check_calendars(settings),
        *_check_vectors(settings),
        *costly(settings, memory),
    ]


def _collect(function: Callable[[Configuration], None], settings: Configuration) -> list[str]:
    """Return the lines of an error raised by a check."""
    try:
        function(settings)
    except InputError as error:
        return str(error).splitlines()
    return []


def _check_outputs(settings: Configuration) -> list[str]:
    """Return messages for output folders that are not folders or are read-only."""
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
    """Raise if an output folder is not writable.

    Missing folders will be made in the nearest existing one.
    """
    nearest = {next(path for path in (folder, *folder.parents) if path.exists()) for folder in set(folders)}
    lines = [
        f"{path}: cannot be written in; mend its permissions, or work in another --directory"
        for path in sorted(nearest)
        if path.is_dir() and not os.access(path, os.W_OK | os.X_OK)
    ]
    if lines:
        raise InputError("\n".join(lines))


def _check_crs(settings: Configuration) -> list[str]:
    """Return messages for a map's CRS that is unknown or not projected."""
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
    """Return messages for bands, indices, expressions and statistics that the sensors do not support."""
    from landloom.features import checks as feature_checks
    from landloom.features.selection import SensorBands
    from landloom.sensors import registry as sensors

    series = {name: sensor for name, sensor in settings.sensors.items() if not sensor.is_annual}
    bands = [
        SensorBands(name, tuple(sensor.bands), sensors.common_names(sensor), sensor.unit)
        for name, sensor in series.items()
    ]
    calendars = {name: sensor.output_dates for name, sensor in series.items()}
    others = [*settings.rasters, *(function.name for function in settings.features.functions)]
    others += [name for name in settings.sensors if name not in series]
    found = feature_checks.problems(settings.features, bands, calendars, others)
    return found or (_check_superpixels(settings, bands) if settings.context else [])


def _check_superpixels(settings: Configuration, bands: "list[SensorBands]") -> list[str]:
    """Return messages for quantities to segment by that are no features."""
    from landloom.features.selection import choose
    from landloom.objects import checks

    choices = [choose(one, settings.features) for one in bands]
    undated = [
        name
        for sensor, one in settings.sensors.items()
        if one.is_annual
        for band in one.bands
        for name in (band, f"{sensor}_{band}")
    ]
    others = [*settings.rasters, *undated]
    return checks.problems(settings.superpixels, choices, others, settings.features.function_labels)


def _check_frozen_context(settings: Configuration) -> list[str]:
    """Return messages for frozen models that were trained with context where the map has none, or the reverse."""
    found = []
    for key, path in frozen_models(settings).items():
        try:
            has_context = CONTEXTUAL in families_of(entry_names(path))
        except InputError:  # told elsewhere
            continue
        if has_context and not settings.context:
            found.append(f"{key}: {path} was trained with context; give `context` and `superpixels` as there")
        if settings.context and not has_context:
            found.append(f"{key}: {path} was trained without context; leave out `context`")
    return found


def _check_packages(settings: Configuration) -> list[str]:
    """Return a message where models need a package that is not among landloom's requirements."""
    if isinstance(settings.model, FrozenSettings):
        families = [family for path in sorted(set(frozen_models(settings).values())) for family in _families_in(path)]
    else:
        families = [settings.model.family]
    found = pytorch.problem() if NETWORKS in families else ""
    return [f"model.type: {found}"] if found else []


def _families_in(path: str) -> list[str]:
    """Return the families of a frozen model; none of a file that cannot tell, which another check refuses."""
    try:
        return families_of(entry_names(path))
    except InputError:
        return []


def _check_nomenclature(settings: Configuration) -> None:
    from landloom.core import nomenclature

    if settings.nomenclature and is_file_or_folder(settings.nomenclature):
        nomenclature.read(settings.nomenclature)


def _check_vectors(settings: Configuration) -> list[str]:
    """Return messages for groups and labels of the section `vectors` that the nomenclature lacks."""
    from landloom.core import nomenclature

    if settings.vectors is None or settings.nomenclature is None:
        return []
    try:
        classes = nomenclature.read(settings.nomenclature)
    except InputError:  # reported elsewhere, or made later by a rule
        return []
    return settings.vectors.problems(set(classes.group_by_code().values()), classes.code_by_label())


def _check_sensors(settings: Configuration) -> list[str]:
    """Return messages of the families' own checks; inputs that a rule makes do not exist yet."""
    from landloom.sensors import registry

    there = {name: one for name, one in settings.sensors.items() if not made_here(settings, one.archive)}
    return [problem for name, one in there.items() for problem in registry.problems(name, one, settings.tiles)]


def _check_samples(settings: Configuration) -> list[str]:
    """Return messages for invalid regions, years, labels and lines of files in the section `samples`."""
    from landloom.core import nomenclature
    from landloom.samples import checks as sample_checks

    try:
        codes = nomenclature.read(settings.nomenclature).code_by_label() if settings.nomenclature else None
    except InputError:  # reported elsewhere, or made later by a rule
        codes = None
    found = sample_checks.problems(settings.samples, region_slugs(settings), settings.years, codes)
    return found + _check_series_tables(settings)


def _check_series_tables(settings: Configuration) -> list[str]:
    """Return messages for columns that tables of series lack."""
    table = settings.samples.table
    if table is None or isinstance(settings.model, FrozenSettings):
        return []
    from landloom.samples import table_columns

    bands = {name: list(sensor.bands) for name, sensor in settings.sensors.items()}
    found = []
    for path in sorted({table.path(year) for year in settings.years}):
        try:
            if is_file_or_folder(path):
                table_columns.band_columns(table, table_columns.names(path), bands)
        except InputError as error:
            found.append(str(error))
    return found


def _check_calendars(settings: Configuration) -> list[str]:
    """Return messages for sensors with different numbers of output dates in a year and its source years.

    Only dates in the configuration are checked; `auto` depends on the archive and is checked by the training.
    """
    from landloom.timeseries.output_dates import CommonRange, check_days, output_dates

    if isinstance(settings.model, FrozenSettings):
        return []
    problems = []
    periods = {year: period_of(settings, year) for year in settings.years}
    for name, sensor in settings.sensors.items():
        bounds = sensor.start, sensor.end
        numbers: dict[int, int] = {}
        for year, days in periods.items():
            try:
                check_days(bounds, days)
                if "auto" not in bounds:
                    found = output_dates(name, CommonRange(*days, "", ""), bounds, sensor.step_days, days)
                    numbers[year] = len(found)
            except InputError as error:
                problems.append(f"sensors.{name} ({year}): {error}")
        pairs = [(year, other) for year in numbers for other in settings.samples.source_years(year, settings.years)]
        problems += [
            f"sensors.{name}: has {numbers[year]} output dates in {year}, {numbers[other]} in {other}, whose samples "
            "are to train its models; give both years as long a period, or another `start` and `end`"
            for year, other in pairs
            if other in numbers and numbers[year] != numbers[other]
        ]
    return problems
