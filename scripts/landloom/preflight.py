"""Checks of the configuration against the world, before any job starts: files, fields, CRSs, indices."""

from pathlib import Path

from landloom.config import Configuration
from landloom.errors import InputError


def check(settings: Configuration) -> None:
    """Raise with all errors together, each on a line that names its key.

    Inputs that a rule of ours has yet to make are not looked for.
    """
    problems = [
        *_check_files(settings),
        *_check_crs(settings),
        *_collect(_check_indices, settings),
        *_collect(_check_vectors, settings),
    ]
    if problems:
        raise InputError("the configuration has errors:\n" + "\n".join(f"  {line}" for line in problems))


def _collect(function, settings: Configuration) -> list[str]:  # type: ignore[no-untyped-def]
    try:
        function(settings)
    except InputError as error:
        return str(error).splitlines()
    return []


def _made_here(settings: Configuration, path: str) -> bool:
    return bool(settings.inputs_from) and Path(path).parts[:1] == (settings.inputs_from,)


def _check_files(settings: Configuration) -> list[str]:
    """Name the files and folders that are not there."""
    files = {
        f"reference.file ({year})": settings.reference.file.replace("{year}", str(year)) for year in settings.years
    }
    files["nomenclature"] = settings.nomenclature
    if settings.regions:
        files["regions.file"] = settings.regions.file
    problems = [
        f"{key}: no such file: {path}"
        for key, path in files.items()
        if not _made_here(settings, path) and not Path(path).exists()
    ]
    problems += [
        f"sensors.{name}.archive: no such folder: {sensor.archive}"
        for name, sensor in settings.sensors.items()
        if not _made_here(settings, sensor.archive) and not Path(sensor.archive).is_dir()
    ]
    return problems


def _check_crs(settings: Configuration) -> list[str]:
    """Name the map's CRS where it is none, or has no metres to measure its pixels in."""
    if settings.map.crs is None:
        return []
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(settings.map.crs)
    except CRSError:
        return [f"map.crs: `{settings.map.crs}` is not a coordinate reference system; write e.g. EPSG:2154"]
    if not crs.is_projected:
        return [f"map.crs: {settings.map.crs} is not projected; the map's pixels are measured in its units"]
    return []


def _check_indices(settings: Configuration) -> None:
    from landloom import index_catalogue, sensors

    letters = {name: sensors.common_names(sensor) for name, sensor in settings.sensors.items()}
    index_catalogue.check_indices(settings.features.indices, letters)


def _check_vectors(settings: Configuration) -> None:
    """Raise where the nomenclature cannot be read, or a vector file lacks its field or layer."""
    from landloom import nomenclature

    if Path(settings.nomenclature).exists():
        nomenclature.read(settings.nomenclature)
    sources = [("regions", settings.regions.file, settings.regions)] if settings.regions else []
    sources += [
        ("reference", settings.reference.file.replace("{year}", str(year)), settings.reference)  # type: ignore[misc]
        for year in settings.years
    ]
    problems = []
    for key, path, section in sources:
        if Path(path).exists():
            problems += _check_fields(key, path, section.field, section.layer)
    if problems:
        raise InputError("\n".join(problems))


def _check_fields(key: str, path: str, field: str, layer: str | None) -> list[str]:
    import pyogrio

    try:
        info = pyogrio.read_info(path, layer=layer)
    except Exception as error:  # pyogrio raises many kinds
        return [f"{key}.file: {path} cannot be read ({error})"]
    problems = []
    if info["crs"] is None:
        problems.append(f"{key}.file: {path} has no coordinate reference system")
    if field not in info["fields"]:
        problems.append(f"{key}.field: {path} has no field `{field}`; it has {list(info['fields'])}")
    return problems
