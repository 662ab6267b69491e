"""All files that belong to an input: what GDAL or the formats read beside the file that the configuration names.

They are watched, hashed and recorded with it.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from landloom.geo.opening import sidecars, vrt_files
from landloom.geo.opening.vrt_files import RefusedVrtError

_VECTOR_PARTS = {
    ".shp": (".dbf", ".shx", ".prj", ".cpg", ".cst"),
    ".tab": (".dat", ".map", ".id", ".ind", ".dbf"),
    ".mif": (".mid",),
    ".csv": (".csvt", ".prj"),
    ".tsv": (".csvt", ".prj"),
}
"""Endings of the files of a vector file, by its own: labels, shapes, index, CRS and encoding."""

_GEODATABASE = ("a00000001.gdbtable",)
_ZARR = (".zgroup", ".zarray", ".zmetadata", "zarr.json")
"""Files by which folders are told that are an input as a whole."""

JOURNALS = ("-wal", "-journal")
"""Endings of what SQLite keeps beside a GeoPackage that is being edited, after its whole name."""


def of_vector(path: Path | str) -> list[str]:
    """Return the files of a vector file: itself first, then its parts; of a file geodatabase, all in it.

    Returns the path alone where nothing is there (yet).
    """
    file = Path(path)
    if _is_of(file, _GEODATABASE):
        return _files_in(file)
    endings = _VECTOR_PARTS.get(file.suffix.lower(), ())
    beside = [file.with_suffix(form) for ending in endings for form in (ending, ending.upper())]
    if file.suffix.lower() == ".gpkg":
        beside += [one for ending in JOURNALS if _has_bytes(one := file.with_name(f"{file.name}{ending}"))]
    return [str(path), *(str(one) for one in beside if _is_file(one) and one != file)]


def of_raster(path: Path | str) -> list[str]:
    """Return the files of a raster: itself first, what decides beside it, and the same of a virtual raster's sources.

    Returns the path alone where nothing is there (yet); of a folder that is Zarr, all files in it.
    """
    return _of_raster(path, sidecars.deciding)


def images_of_raster(path: Path | str) -> list[str]:
    """Return the files of :func:`of_raster` that hold pixels, or place those of others: without texts beside images.

    Of texts, only a part decides how the image is read: see :func:`landloom.geo.opening.sidecars.content`.
    """
    return _of_raster(path, sidecars.images)


def with_sources(path: Path | str) -> list[str]:
    """Return a raster, and the files that it shows if it is a virtual one; those that may not be opened are none."""
    if not vrt_files.is_one(path):
        return [str(path)]
    try:
        return [str(path), *vrt_files.all_sources(path)]
    except RefusedVrtError:  # who opens it says why
        return [str(path)]


def of_all(of_one: Callable[[str], Iterable[str]], paths: Iterable[str]) -> list[str]:
    """Return the files of several inputs, each once, in their order."""
    return list(dict.fromkeys(file for path in paths for file in of_one(path)))


def _of_raster(path: Path | str, beside: Callable[[str], Iterable[Path]]) -> list[str]:
    if _is_of(Path(path), _ZARR):
        return _files_in(path)
    files = (part for one in with_sources(path) for part in (one, *map(str, beside(one))))
    return list(dict.fromkeys(files))


def _is_of(folder: Path, names: Iterable[str]) -> bool:
    """Return whether a folder has one of some files: another one, as that of a home, is not searched."""
    return any(_is_file(folder / name) for name in names)


def _files_in(folder: Path | str) -> list[str]:
    found = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
    return sorted(str(path) for path in found if _is_file(path))


def _has_bytes(path: Path) -> bool:
    return _is_file(path) and path.stat().st_size > 0


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - Path's raises for names too long
