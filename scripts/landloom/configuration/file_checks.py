"""Checks of the files and folders in a configuration: existence and type.

Files that a rule of the workflow makes are not checked.
"""

import os
import unicodedata
from itertools import product
from pathlib import Path

from landloom.configuration.configuration import Configuration, frozen_models, made_here, own_class_of
from landloom.configuration.file_patterns import placed
from landloom.core.files import is_file_or_folder


def problems(settings: Configuration, results: str) -> list[str]:
    """Return a message for each missing file or folder.

    Parameters
    ----------
    settings : Configuration
    results : str
        Folder of products in the working directory: its maps may be named before they are made.
    """
    return [
        *_of_files(settings, results),
        *_of_archives(settings),
        *_of_other_archives(settings),
        *_of_functions(settings),
        *_of_own_class(settings),
    ]


def _absent(key: str, kind: str, path: str) -> str:
    """Return the message for a missing path; relative paths refer to the working directory of Snakemake."""
    where = "" if Path(path).is_absolute() else f" (in {Path.cwd()})"
    return f"{key}: no such {kind}: {path}{where}{_other_form(path)}"


def _other_form(path: str) -> str:
    """Return a hint where a path exists with its accents stored in the other way of Unicode; else nothing."""
    others = {unicodedata.normalize(form, path) for form in ("NFC", "NFD")} - {path}
    there = [other for other in sorted(others) if is_file_or_folder(other)]
    return f"; its accents are stored otherwise on disk ({there[0]!a}): rename it" if there else ""


def _of_files(settings: Configuration, results: str) -> list[str]:
    files = {
        f"reference.{key} ({year})": path
        for year in settings.years
        for key, path in zip(("file", "test_file"), settings.reference.paths(year), strict=False)
    }
    files |= {"nomenclature": settings.nomenclature} if settings.nomenclature else {}
    files |= {f"grid.like ({tile})": path for tile in settings.tiles if (path := settings.grid.raster(tile))}
    if settings.regions:
        files["regions.file"] = settings.regions.file
    files |= frozen_models(settings) | _other_maps(settings, results) | _static_rasters(settings)
    files |= _reference_images(settings) | _of_vectors(settings, results)
    if settings.objects and settings.objects.segmentation != "superpixels":
        tile_years = _of_tile_years(settings, settings.objects.segmentation)
        files |= {f"objects.segmentation ({whose})": path for path, whose in tile_years.items()}
    if table := settings.samples.table:
        files |= {f"samples.table.file ({year})": table.path(year) for year in settings.years}
    amounts = settings.samples.augmentation.numbers if settings.samples.augmentation else None
    named = {"samples.copies": settings.samples.copies, "samples.augmentation.numbers": amounts}
    files |= {key: path for key, path in named.items() if path}
    # os.path accepts names that are too long or not accessible; Path would raise.
    missing = [
        _absent(key, "file", path)
        for key, path in files.items()
        if not made_here(settings, path) and not os.path.exists(path)  # noqa: PTH110
    ]
    return missing + [
        f"{key}: {path} is neither a file nor a folder"
        for key, path in files.items()
        if os.path.exists(path) and not is_file_or_folder(path)  # noqa: PTH110
    ]


def _of_archives(settings: Configuration) -> list[str]:
    return [
        _absent(f"sensors.{name}.archive", "folder", sensor.archive)
        for name, sensor in settings.sensors.items()
        if sensor.ARCHIVE_IS_A_FOLDER
        and not made_here(settings, sensor.archive)
        and not os.path.isdir(sensor.archive)  # noqa: PTH112
    ]


def _of_other_archives(settings: Configuration) -> list[str]:
    """Return messages for missing archives that may be files, as of STAC items."""
    return [
        _absent(f"sensors.{name}.archive", "file or folder", sensor.archive)
        for name, sensor in settings.sensors.items()
        if not sensor.ARCHIVE_IS_A_FOLDER
        and sensor.archive
        and not made_here(settings, sensor.archive)
        and not is_file_or_folder(sensor.archive)
    ]


def _of_functions(settings: Configuration) -> list[str]:
    """Return messages for missing user-defined functions and their missing rasters."""
    from landloom.features.functions import files as function_files

    found = []
    for position, function in enumerate(settings.features.functions):
        key = f"features.functions[{position}]"
        problem = function_files.problem(function.file, function.name, function.arguments)
        found += [f"{key}: {problem}"] if problem else []
        files = {
            path: name for name, pattern in function.rasters.items() for path in _of_tile_years(settings, pattern)
        }
        found += [
            _absent(f"{key}.rasters.{name}", "file", path)
            for path, name in files.items()
            if not made_here(settings, path) and not is_file_or_folder(path)
        ]
    return found


def _of_own_class(settings: Configuration) -> list[str]:
    """Return a message where the class of a network of the user's own cannot be used."""
    from landloom.models.networks import own_class

    section = own_class_of(settings)
    problem = own_class.problem(section) if section else None
    return [f"model.architecture: {problem}"] if problem else []


def _of_tile_years(settings: Configuration, pattern: str) -> dict[str, str]:
    """Return the files of a pattern with the year and tile of each."""
    return {
        pattern.replace("{year}", str(year)).replace("{tile}", tile): f"year {year}, tile {tile}"
        for year, tile in product(settings.years, settings.tiles)
    }


def _reference_images(settings: Configuration) -> dict[str, str]:
    """Return the reference rasters of co-registration."""
    return {
        f"sensors.{name}.coregistration.reference": path
        for name, sensor in settings.sensors.items()
        for tile in (settings.tiles if sensor.coregistration else ())
        for year in settings.years
        if sensor.coregistration and (path := sensor.coregistration.raster(tile, str(year)))
    }


def _other_maps(settings: Configuration, results: str) -> dict[str, str]:
    """Return the files of other maps that are fused or sampled, without those that this project makes."""
    others = settings.fusion.maps if settings.fusion else []
    patterns = {
        f"fusion.maps[{position}].{key}": pattern
        for position, other in enumerate(others)
        for key, pattern in (("classification", other.classification), ("confidence", other.confidence))
        if pattern
    }
    if sampled := settings.samples.from_map:
        patterns |= {f"samples.from_map.{layer}": path for layer, path in sampled.layers().items()}
    return {
        f"{key} ({whose})": path
        for key, pattern in patterns.items()
        for path, whose in _of_tile_years(settings, pattern).items()
        if Path(path).parts[:1] != (results,)
    }


def _of_vectors(settings: Configuration, results: str) -> dict[str, str]:
    """Return the files of the vector map: a map of the user's own, zones, the sea."""
    vectors = settings.vectors
    if vectors is None:
        return {}
    own = {} if vectors.made_here else {year: placed(vectors.map, str(year), "") for year in settings.years}
    files = {f"vectors.map ({year})": path for year, path in own.items() if Path(path).parts[:1] != (results,)}
    named = {"vectors.zones.file": vectors.zones, "vectors.sea.file": vectors.sea}
    return files | {key: section.file for key, section in named.items() if section}


def _static_rasters(settings: Configuration) -> dict[str, str]:
    """Return the files of static rasters."""
    return {
        f"rasters.{name}.file" + f" ({whose})" * ("{" in raster.file): path
        for name, raster in settings.rasters.items()
        for path, whose in _of_tile_years(settings, raster.file).items()
    }
