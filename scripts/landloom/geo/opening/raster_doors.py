"""The doors through which every raster is opened for reading: of users, of other machines, and the workflow's own.

GDAL opens what a file names: its mask and overviews beside it, overviews that its metadata place anywhere, sources of
a virtual raster, by any of its drivers. Each is judged here first. What is refused raises the error of a file that
cannot be read, so that whoever opens it says of which key it is.
"""

import os
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

from landloom.geo.opening import raster_formats, sidecars, vrt_files
from landloom.geo.opening.raster_formats import RefusedRasterError
from landloom.geo.opening.vrt_files import RefusedVrtError

NO_FILES_BESIDE, FILES_BY_NAME = "EMPTY_DIR", "TRUE"
"""Values of GDAL_DISABLE_READDIR_ON_OPEN: files beside an image are not looked for, or by their names.

By default GDAL lists the folder where it has up to 1000 files, and finds other spellings of names in short lists.
"""


def opened(path: Path | str, **options: Any) -> Any:
    """Open a raster of the user: a file or folder on disk, one in a packed product, or a variable of a file.

    Parameters
    ----------
    path : path
        See :func:`landloom.geo.opening.raster_formats.opening`.
    **options
        Open options of the driver.

    Returns
    -------
    rasterio dataset

    Raises
    ------
    rasterio.errors.RasterioIOError
        If it cannot be opened, or may not: the message begins with its path.
    """
    name = os.fspath(path)
    try:
        how = raster_formats.opening(name)
        if how.drivers == ("VRT",):
            _judge_sources(how.file, _state(how.file))
        if not how.packed:
            _judge_images_beside(how.file)
    except (RefusedRasterError, RefusedVrtError) as error:
        raise RasterioIOError(f"{path}: {error}") from error
    beside = NO_FILES_BESIDE if how.packed else FILES_BY_NAME
    for driver in how.drivers[:-1]:
        try:
            return _opened(name, driver, beside, **options)
        except RasterioIOError:
            continue
    return _opened(name, how.drivers[-1], beside, **options)


def opened_elsewhere(path: str, driver: str) -> Any:
    """Open a raster on another machine by one driver, and without files beside it.

    Raises
    ------
    rasterio.errors.RasterioIOError
        If it cannot be opened, or its metadata name another file as its overviews.
    """
    return _opened(path, driver, NO_FILES_BESIDE)


def product(path: Path | str) -> Any:
    """Open a GeoTIFF that the workflow has written, without what others may have put beside it.

    Raises
    ------
    rasterio.errors.RasterioIOError
        If it cannot be opened.
    """
    return _opened(os.fspath(path), "GTiff", NO_FILES_BESIDE)


def opened_again(dataset: Any, **options: Any) -> Any:
    """Open the file of a dataset once more, with other options of its driver."""
    return _opened(str(dataset.name), dataset.driver, beside_of(dataset), **options)


def description(text: str, beside: str) -> Any:
    """Open a virtual raster of our own, as text; whoever describes it has opened its files.

    Parameters
    ----------
    beside : {NO_FILES_BESIDE, FILES_BY_NAME}
        Whether files beside its sources are looked for.
    """
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN=beside):
        dataset = rasterio.open(text, driver="VRT")
        dataset.read(1, window=((0, 1), (0, 1)))  # opens the sources, which would otherwise be deferred
    return dataset


def beside_of(dataset: Any) -> str:
    """Return whether files beside a dataset's file are looked for, where it is opened once more."""
    return NO_FILES_BESIDE if str(dataset.name).startswith("/vsi") else FILES_BY_NAME


def _opened(path: str, driver: str, beside: str, **options: Any) -> Any:
    with rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN=beside):
        dataset = rasterio.open(path, driver=driver, **options)
        elsewhere = dataset.tags(ns="OVERVIEWS").get("OVERVIEW_FILE")
    if elsewhere:
        dataset.close()
        raise RasterioIOError(f"{path}: its metadata say that its overviews are in another file ({elsewhere!r})")
    return dataset


def _judge_images_beside(path: str) -> None:
    """Raise if a mask or overviews beside an image are no GeoTIFF, or name other files."""
    for ending in sidecars.IMAGES:
        beside = f"{path}{ending}"
        if not os.path.isfile(beside):  # noqa: PTH113 - four of them for each image that is opened
            continue
        if not raster_formats.is_geotiff(beside):
            name = os.path.basename(beside)  # noqa: PTH119
            raise RefusedRasterError(f"has {name} beside it, which is no GeoTIFF, as masks and overviews are")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # masks need no place
            opened(beside).close()


@lru_cache(maxsize=256)
def _judge_sources(path: str, state: tuple[int, ...]) -> None:
    """Raise if a source of a virtual raster may not be opened; once for each state of its file."""
    vrt_files.all_sources(path)  # before any is opened: none shows itself
    for source in vrt_files.sources(path):
        opened(source).close()


def _state(path: str) -> tuple[int, ...]:
    status = Path(path).stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size
