"""Checks of the vector files in a configuration: features, CRS, fields, regions."""

from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

from landloom.configuration.configuration import Configuration, made_here
from landloom.core import nomenclature
from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.core.files import is_file_or_folder, remember
from landloom.core.nomenclature import Nomenclature
from landloom.geo.opening import parts as input_parts
from landloom.geo.region_settings import RegionSettings
from landloom.reference.settings import ReferenceSettings, VectorSource
from landloom.reference.target_settings import TargetSettings

Sources: TypeAlias = list[tuple[VectorSource, RegionSettings | ReferenceSettings]]
"""Vector files, each with its section of the configuration."""


def problems(settings: Configuration, memory: Path | None) -> list[str]:
    """Return a message for each missing item of vector files: features, CRS, field, regions, labels' classes.

    Parameters
    ----------
    settings : Configuration
    memory : path or None
        Cache folder of valid files: opening them takes half a second, mostly for importing pyogrio, and is not
        repeated for unchanged files.
    """
    sources = _sources(settings)
    known = _nomenclature(settings)
    seen = _remembered_by(sources, known, memory, settings.target)
    if seen and seen.exists():
        return []
    found = []
    there: set[str] = set()
    for source, section in sources:
        lacks = _of_fields(source)
        if isinstance(section, RegionSettings) and not lacks:
            lacks = _of_region_names(section)
        if isinstance(section, ReferenceSettings) and known and not lacks:
            lacks, labels = _of_labels(source, section, known)
            there |= labels
        if isinstance(section, ReferenceSettings) and settings.target and not lacks:
            lacks = _of_values(source, settings.target)
        found += lacks
    if there and not found:
        found += _of_unused_labels(settings.reference, there)
    if seen and not found:
        remember(seen, "")
    return found


def needed(settings: Configuration, memory: Path | None) -> bool:
    """Return whether there are vector files that have to be opened: such as are not known to be valid."""
    sources = _sources(settings)
    seen = _remembered_by(sources, _nomenclature(settings), memory, settings.target)
    return bool(sources) and not (seen and seen.exists())


def _remembered_by(
    sources: Sources, known: Nomenclature | None, memory: Path | None, target: TargetSettings | None
) -> Path | None:
    """Return the file that is there if these files, as they are, have been found valid; None if none can tell."""
    labels = known.label_by_code() if known else {}
    parts = [[asdict(source), section.model_dump(), _stamps(source.path)] for source, section in sources]
    asked = [target.model_dump(mode="json")] if target else []
    return memory / digest([parts, sorted(labels.items()), *asked]) if memory else None


def _sources(settings: Configuration) -> Sources:
    """Return the existing vector files, each once, with their sections of the configuration."""
    found: dict[VectorSource, RegionSettings | ReferenceSettings] = {}
    zones = settings.vectors.zones if settings.vectors else None
    for regions in filter(None, (settings.regions, zones)):
        file, field = f"{regions.KEY}.file", f"{regions.KEY}.field"
        found[VectorSource(file, regions.file, field, regions.field, regions.layer, regions.crs)] = regions
    for year in settings.years:
        found |= dict.fromkeys(settings.reference_sources(year), settings.reference)
    return [(source, section) for source, section in found.items() if is_file_or_folder(source.path)]


def _stamps(path: str) -> list[tuple[str, int, int]]:
    """Return path, size and times of change (of content or permissions) of a vector file and of its parts."""
    stats = [(part, Path(part).stat()) for part in input_parts.of_vector(Path(path).resolve())]
    return [(part, status.st_size, status.st_ctime_ns) for part, status in stats]


def _of_region_names(settings: RegionSettings) -> list[str]:
    """Return messages for regions missing in their file."""
    from landloom.geo import region_names, vector_files

    file = region_names.file_of(settings)
    try:
        problem = region_names.problem(settings, vector_files.values(file, settings.field))
    except InputError as error:
        return [str(error)]
    return [problem] if problem else []


def _nomenclature(settings: Configuration) -> Nomenclature | None:
    """Return the nomenclature; None where a rule makes it, or it cannot be read, which another check tells."""
    if settings.nomenclature is None or made_here(settings, settings.nomenclature):
        return None
    try:
        return nomenclature.read(settings.nomenclature)
    except InputError:
        return None


def _of_unused_labels(settings: ReferenceSettings, there: set[str]) -> list[str]:
    """Return messages for labels to ignore or to merge that are misspelt: no file has them."""
    from landloom.reference import label_codes

    return label_codes.unused(settings, there)


def _of_labels(source: VectorSource, settings: ReferenceSettings, known: Nomenclature) -> tuple[list[str], set[str]]:
    """Return a message if a file has labels that the nomenclature lacks, and the labels that it has."""
    from landloom.geo import vector_files, vectors
    from landloom.reference import label_codes

    file = vector_files.VectorFile(source.key, source.path, source.layer, source.crs)
    try:
        values = vector_files.values(file, source.field)
        label_codes.codes_of(values, settings, known, source.path, source.field_key)
    except InputError as error:
        return [str(error)], set()
    return [], set(vectors.label_texts(values).dropna())


def _of_values(source: VectorSource, target: TargetSettings) -> list[str]:
    """Return a message if a file has values that are no numbers, are out of range, or are all one."""
    from landloom.geo import vector_files
    from landloom.reference import target_values

    file = vector_files.VectorFile(source.key, source.path, source.layer, source.crs)
    try:
        column = vector_files.values(file, source.field)
        values, _ = target_values.values_of(column, target, source.path, source.field_key)
        if source.key == "reference.file":
            target_values.check_not_constant(values.to_numpy(), source.path, source.field_key)
    except InputError as error:
        return [str(error)]
    return []


def _of_fields(source: VectorSource) -> list[str]:
    from landloom.geo import vector_files, vectors

    file = vector_files.VectorFile(source.key, source.path, source.layer, source.crs)
    try:
        description = vector_files.describe(file)
    except InputError as error:
        return [str(error)]
    found = []
    if description.features == 0:
        found.append(f"{source.key}: {source.path} is empty")
    if problem := vector_files.crs_problem(file, description.crs):
        found.append(problem)
    if len(vectors.field_names(source.field, description.fields)) != 1:
        found.append(vectors.not_one_field(source.field, description.fields, source.path, source.field_key))
    return found
