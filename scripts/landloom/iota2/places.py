"""Files and folders that iota2's file names: where relative paths lead, fields and values of vector files."""

import os
from collections.abc import Sequence
from pathlib import Path

from landloom.core import labels
from landloom.core.errors import InputError


def found(text: str, folders: Sequence[Path]) -> Path | None:
    """Return what a path leads to from the first of the folders where something is; None where nothing is."""
    there = (folder / text for folder in folders or (Path.cwd(),))
    return next((place.resolve() for place in there if os.path.exists(place)), None)  # noqa: PTH110 - never raises


def meant(text: str, folders: Sequence[Path]) -> Path:
    """Return where a path leads; below the last of the folders, that of the file, where nothing is."""
    return found(text, folders) or Path(os.path.abspath(Path(*folders[-1:], text)))  # noqa: PTH100 - never raises


def nothing_at(path: Path) -> str:
    """Return the message for a path at which nothing is, with the name that was likely meant."""
    absent = next((one for one in (*reversed(path.parents), path) if not os.path.exists(one)), path)  # noqa: PTH110
    near = labels.near(absent.name, names_in(absent.parent))
    return f"{path} is not there" + (f" (did you mean {absent.with_name(near)}?)" if near else "")


def names_in(folder: Path) -> list[str]:
    """Return the names of what is in a folder, sorted; none where it is no folder, or cannot be one."""
    try:
        return sorted(one.name for one in folder.iterdir())
    except (OSError, ValueError):
        return []


def missing_tiles(archive: Path, tiles: Sequence[str]) -> str:
    """Return a message for tiles without a folder in an archive; empty if all have one."""
    there = [name for name in names_in(archive) if (archive / name).is_dir()]
    gone = [str(tile) for tile in tiles if str(tile) not in there]
    return f"{archive} has no folder {labels.named_together(gone, there)}" if gone else ""


def pixel_m(path: Path) -> float | None:
    """Return the side of a raster's pixels in the unit of its CRS; None of a file that cannot be opened."""
    from rasterio.errors import RasterioIOError

    from landloom.geo.opening import raster_doors

    try:
        with raster_doors.opened(path) as dataset:
            return float(dataset.transform.a)
    except (InputError, RasterioIOError):
        return None


def field_problem(path: Path | None, field: str) -> str:
    """Return the message for a vector file that is there and lacks a field, or cannot be read; else empty."""
    from landloom.geo import vector_files

    try:
        if path is not None:
            vector_files.field_of(vector_files.VectorFile("", str(path)), field)
    except InputError as error:
        return str(error).removeprefix(": ")
    return ""


def names_of(path: Path, field: str) -> list[str]:
    """Return the distinct values of a field of a vector file, as names: numbers in their order.

    Raises
    ------
    InputError
        If it cannot be read, or has no such field.
    """
    from landloom.geo import vector_files, vectors

    try:
        values = vector_files.values(vector_files.VectorFile("", str(path)), field)
    except InputError as error:
        raise InputError(str(error).removeprefix(": ")) from None
    names = set(vectors.label_texts(values).dropna())
    return sorted(names, key=lambda name: (labels.whole_number(name) or 0, name))
