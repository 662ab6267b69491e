"""Preparation of a tile's images: those that are missing are made, those that are there are kept."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landloom.core import checksums
from landloom.core.digests import digest
from landloom.core.errors import InputError
from landloom.core.progress import Progress
from landloom.geo.grids import Grid, Window
from landloom.prepared import image_files, optical
from landloom.prepared.prepared_table import PreparedImage
from landloom.sensors.acquisition import Acquisition

Parts = Callable[[Acquisition, Grid, str], Iterator[tuple[Window, np.ndarray]]]
"""Makes an acquisition's image on the tile's grid, in rows of blocks: as :func:`landloom.prepared.optical.parts`."""

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
    """

    acquisition: Acquisition
    resampling: str
    source: str
    path: Path

    def is_there(self) -> bool:
        """Return whether the image has been made, by this job or another that ended early."""
        return self.path.is_file() and image_files.is_of(self.path, self.source)


def wanted(
    acquisition: Acquisition, content: str, resampling: str, grid: Grid, code: str, folder: Path | str
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
    """
    shift = [round(float(metres), 3) for metres in acquisition.shift_m]
    source = digest([FORMAT, content, shift, resampling, dataclasses.asdict(grid), code])
    return Wanted(acquisition, resampling, source, Path(folder) / image_files.name_of(acquisition, source))


def prepare(
    images: Sequence[Wanted], grid: Grid, threads: int, memory: Path, parts: Parts = optical.parts
) -> tuple[list[PreparedImage], int]:
    """Make the images of a tile that are missing.

    Parameters
    ----------
    threads : int
        Images that are made at a time; each takes the memory of a row of blocks and of what is decoded for the next.
    memory : Path
        See :func:`landloom.core.checksums.of_files`.
    parts : function
        Makes an image.

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

    def make(one: Wanted) -> None:
        names = tuple(name for name, _ in one.acquisition.bands)
        image_files.write(one.path, grid, names, parts(one.acquisition, grid, one.resampling), one.source)

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(make, one) for one in missing]
        try:
            for future in running:
                future.result()
                progress.advance(pixels)
        except InputError:
            pool.shutdown(cancel_futures=True)
            raise
    return _described(images, memory, threads), len(missing)


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
