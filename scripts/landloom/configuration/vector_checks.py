"""Checks of the vector files in a configuration: features, CRS, fields, regions."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from landloom.configuration.configuration import Configuration
from landloom.core.digests import digest
from landloom.core.files import SHAPEFILE_PARTS, is_file_or_folder, remember
from landloom.core.text import shortened
from landloom.geo.region_settings import RegionSettings
from landloom.reference.settings import ReferenceSettings


@dataclass(frozen=True)
class _VectorSource:
    """Vector file, and the keys of the configuration for it and its field."""

    key: str
    path: str
    field_key: str
    field: str
    layer: str | None


def problems(settings: Configuration, memory: Path | None) -> list[str]:
    """Return a message for each missing item of vector files: features, CRS, field, configured regions.

    Parameters
    ----------
    settings : Configuration
    memory : path or None
        Cache folder of valid files: opening them takes half a second, mostly for importing pyogrio, and is not
        repeated for unchanged files.
    """
    sources = _sources(settings)
    state = digest([[asdict(source), section.model_dump(), _stamps(source.path)] for source, section in sources])
    # The time of a folder (as of ESRI's geodatabases) does not change with the files in it.
    files = all(Path(source.path).is_file() for source, _ in sources)
    seen = memory / state if memory and files else None
    if seen and seen.exists():
        return []
    found = []
    for source, section in sources:
        lacks = _of_fields(source)
        if isinstance(section, RegionSettings) and not lacks:
            lacks = _of_region_names(section)
        found += lacks
    if seen and not found:
        remember(seen, "")
    return found


def _sources(settings: Configuration) -> list[tuple[_VectorSource, RegionSettings | ReferenceSettings]]:
    """Return the existing vector files, each once, with their sections of the configuration."""
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
    """Return path, size and times of change (of content or permissions) of a vector file and of its parts."""
    file = Path(path).resolve()
    beside = {file.with_suffix(suffix) for suffix in SHAPEFILE_PARTS} if file.is_file() else set()
    parts = sorted({file, *beside, file.parent / f"{file.name}-wal"})
    stats = [(part, part.stat()) for part in parts if part.exists()]
    return [(str(part), status.st_size, status.st_ctime_ns) for part, status in stats]


def _of_region_names(settings: RegionSettings) -> list[str]:
    """Return messages for regions missing in their file."""
    import pyogrio

    from landloom.geo.vectors import label_text

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


def _of_fields(source: _VectorSource) -> list[str]:
    import pyogrio

    key, path, field = source.key, source.path, source.field
    try:
        info = pyogrio.read_info(path, layer=source.layer)
    except Exception as error:  # pyogrio raises many kinds
        return [f"{key}: {path} cannot be read ({error})"]
    found = []
    if info["features"] == 0:
        found.append(f"{key}: {path} is empty")
    if info["crs"] is None:
        found.append(f"{key}: {path} has no coordinate reference system")
    if field not in info["fields"]:
        there = shortened(list(info["fields"]))
        found.append(f"{source.field_key}: {path} has no field `{field}`; it has {there}")
    return found
