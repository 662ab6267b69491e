"""Preparation of a tile's images: those that are missing are made, those that are there are kept."""

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from landloom.core import checksums
from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.core.progress import Progress
from landloom.geo.grids import Grid
from landloom.prepared import image_files
from landloom.prepared.forms import Maker
from landloom.prepared.prepared_table import PreparedImage
from landloom.sensors.acquisition import Acquisition

FORMAT = 1
"""Of the files; another one makes all images again."""


@dataclass(frozen=True)
class Wanted:
    """Image to prepare.

    Attributes
    ----------
    acquisition : Acquisition
        With the shift onto its reference.
    resampling : str
        Of its bands to the tile's grid.
    source : str
        Digest of what it is made of.
    path : Path
        Its file.
    maker : Maker
    """

    acquisition: Acquisition
    resampling: str
    source: str
    path: Path
    maker: Maker

    def is_there(self) -> bool:
        """Return whether the image has been made, by this job or another that ended early."""
        return self.path.is_file() and image_files.is_of(self.path, self.source)


def wanted(
    acquisition: Acquisition,
    content: str,
    resampling: str,
    grid: Grid,
    code: str,
    folder: Path | str,
    maker: Maker,
) -> Wanted:
    """Return the image of an acquisition.

    Parameters
    ----------
    content : str
        Digest of its files and of how they are read, as acquisitions.csv has it.
    resampling : str
    grid : Grid
        Of the tile.
    code : str
        Digest of the code that makes images.
    folder : path
        Of the sensor's images of the tile.
    maker : Maker
        Of the sensor's images.
    """
    shift = [round(float(metres), 3) for metres in acquisition.shift_m]
    source = digest([FORMAT, content, shift, resampling, dataclasses.asdict(grid), code, maker.made_of])
    path = Path(folder) / image_files.name_of(acquisition, source)
    return Wanted(acquisition, resampling, source, path, maker)


def prepare(images: Sequence[Wanted], grid: Grid, threads: int, memory: Path) -> tuple[list[PreparedImage], int]:
    """Make the images of a tile that are missing.

    Parameters
    ----------
    threads : int
        Images that are made at a time, if their maker allows it; each takes the memory of a row of blocks and of what
        is decoded for the next.
    memory : Path
        See :func:`landloom.core.checksums.of_files`.

    Returns
    -------
    images : list of PreparedImage
        All images, in the order of ``images``.
    made : int
        How many were missing.

    Raises
    ------
    InputError
        If a product cannot be read, or an image not be written. Those that are whole stay.
    """
    missing = [one for one in images if not one.is_there()]
    pixels = grid.rows * grid.columns
    progress = Progress("prepared images", pixels * len(missing))

    for at_once, group in groupby(missing, key=lambda one: one.maker.at_once):
        _make_all(list(group), grid, min(threads, at_once), progress)
    return _described(images, memory, threads), len(missing)


def _make_all(images: Sequence[Wanted], grid: Grid, at_once: int, progress: Progress) -> None:
    pixels = grid.rows * grid.columns
    if at_once == 1:  # in this thread, whose kernels have the threads of the job
        for one in images:
            _make(one, grid)
            progress.advance(pixels)
        return
    with ThreadPoolExecutor(at_once) as pool:
        running = [pool.submit(_make, one, grid) for one in images]
        try:
            for future in running:
                future.result()
                progress.advance(pixels)
        except InputError:
            pool.shutdown(cancel_futures=True)
            raise


def _make(one: Wanted, grid: Grid) -> None:
    names = tuple(name for name, _ in one.acquisition.bands)
    parts = one.maker.parts(one.acquisition, grid, one.resampling)
    image_files.write(one.path, grid, names, parts, one.source, one.maker.nodata)


def _described(images: Sequence[Wanted], memory: Path, threads: int) -> list[PreparedImage]:
    digests = checksums.of_files([str(one.path) for one in images], memory, threads)
    return [
        PreparedImage(
            one.acquisition.sensor,
            one.acquisition.date,
            one.acquisition.product,
            str(one.path),
            one.source,
            digests[str(one.path)].bytes,
            digests[str(one.path)].sha256,
        )
        for one in images
    ]


def remove_others(folder: Path, images: Sequence[Wanted]) -> int:
    """Remove the images in a folder that are not wanted any more, as of products that are left out; return how many.

    Parameters
    ----------
    folder : Path
        Of one sensor, tile and year alone: others' images would be lost.
    """
    kept = {one.path.name for one in images}
    others = [one for one in folder.glob("*.tif") if one.name not in kept] if folder.is_dir() else []
    for one in others:
        one.unlink()
    return len(others)
