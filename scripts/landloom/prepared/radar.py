"""Images of Sentinel-1 on a tile's grid: backscatter as signed power, without speckle filter (sar/signed_power.py).

The filter works on all images of an orbit together when samples and maps read them, so that it may change, and an
image be added, without making any other again. Slices of one pass make one image; a pixel takes the first that has
it. Images on a grid of wide pixels are made on finer ones (:mod:`landloom.sar.multilooking`).
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from landloom.core import checksums
from landloom.geo.grids import Grid, Window
from landloom.prepared.forms import Maker
from landloom.prepared.image_files import BLOCK_PX
from landloom.sar import masks, measurement, multilooking, products, relief
from landloom.sar.calibration import Place
from landloom.sar.geocoding import Scene
from landloom.sar.masks import TESTED_LINE, Extent, Seen
from landloom.sar.preparation import Image, Numbers, fill_missing, flattening, on_grid, part_of
from landloom.sar.relief import Relief
from landloom.sar.signed_power import NONE, to_stored
from landloom.sar.terrain import empty_sums
from landloom.sar.walk import Walk, reach
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.sentinel1 import grd, images
from landloom.sensors.sentinel1.archive import Slice
from landloom.sensors.sentinel1.settings import Sentinel1GrdSettings

TRUSTED_BORDERS = (2, 90)
"""Version of the processor since which zeros alone mark the image's borders."""

PART_PX = 1024
"""Columns that are read at a time: lines of an image are oblique to the tile's rows, so that wide windows would read
far more of it than they show."""


class SeenSlice(NamedTuple):
    """A slice that shows ground of the tile.

    Attributes
    ----------
    images : tuple of Image
        Of the polarisations; they share their geometry.
    walk : Walk
        Over the tile, in the slice.
    trusted : Extent or None
        Part without border noise; None: all of it.
    """

    images: tuple[Image, ...]
    walk: Walk
    trusted: Extent | None


def maker(settings: Sentinel1GrdSettings, tile: str, grid: Grid, memory: Path, threads: int) -> Maker:
    """Return what makes a tile's images: see :mod:`landloom.prepared.forms`.

    Raises
    ------
    InputError
        If the elevation model does not cover the tile, or cannot be used.
    """
    fine = grid.divided(multilooking.times_finer(grid))
    ground = relief.of_tile(Path(settings.dem.replace("{tile}", tile)), settings.heights, fine)
    digests = checksums.of_files(ground.files, memory, threads)
    keys = {"radiometry", "noise", "mask"}
    made_of = [
        settings.model_dump(mode="json", include=keys),
        [(Path(file).name, digests[file].sha256) for file in ground.files],
        ground.source.geoid is None,
    ]
    lacking = f"warning: {ground.lacking:.1%} of tile {tile} has no heights in {settings.dem}: no radar image there"
    notes = (lacking,) if ground.lacking > 0 else ()
    uses = {file: "heights" if file == settings.geoid else "dem" for file in ground.files}
    used = {file: (key, digests[file]) for file, key in uses.items()}
    make, box = partial(parts, settings, ground), relief.box_of(grid)
    return Maker(make, made_of, NONE, at_once=1, notes=notes, files=used, box=box)


def parts(
    settings: Sentinel1GrdSettings, ground: Relief, acquisition: Acquisition, grid: Grid, resampling: str
) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield an image in rows of blocks as wide as the tile.

    Parameters
    ----------
    settings : Sentinel1GrdSettings
    ground : Relief
        Of the tile, or of finer pixels in those of the tile, whose power is then averaged.
    acquisition : Acquisition
    grid : Grid
        Of the tile.
    resampling : str
        Without effect: power is bilinear.

    Yields
    ------
    window : Window
    values : ndarray of int16, shape (bands, rows, columns)
        Signed power (:mod:`landloom.sar.signed_power`), -32768 where there is none.

    Raises
    ------
    InputError
        If a product cannot be read.
    """
    with ExitStack() as files:
        opened = [_opened(one, settings, ground, files) for one in grd.slices_of(acquisition)]
        yield from rows_of([one for one in opened if one], settings, grid, ground.grid.columns // grid.columns)


def rows_of(
    slices: Sequence[SeenSlice], settings: Sentinel1GrdSettings, grid: Grid, times: int = 1
) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield an image of some slices, as :func:`parts`.

    Parameters
    ----------
    slices : sequence of SeenSlice
    settings : Sentinel1GrdSettings
    grid : Grid
        Of the tile.
    times : int
        Pixels in which slices are seen along each side of one of the tile.
    """
    step = max(BLOCK_PX // times, 1)
    for row in range(0, grid.rows, BLOCK_PX):
        window = Window(row, 0, min(BLOCK_PX, grid.rows - row), grid.columns)
        values = np.empty((len(settings.bands), window.rows, window.columns), np.int16)
        for start in range(0, window.rows, step):
            rows = min(step, window.rows - start)
            fine = Window((row + start) * times, 0, rows * times, grid.columns * times)
            power = multilooking.averaged(_power_of(slices, settings, fine), times)
            for stored, of_band in zip(values, power, strict=True):
                stored[start : start + rows] = to_stored(of_band)
        yield window, values


def _power_of(slices: Sequence[SeenSlice], settings: Sentinel1GrdSettings, window: Window) -> np.ndarray:
    """Return the power of whole rows in all bands, in the pixels in which slices are seen; NaN without any."""
    power = np.full((len(settings.bands), window.rows, window.columns), np.nan, np.float32)
    for one in slices:
        _add_slice(one, settings, window, power)
    return power


def _opened(one: Slice, settings: Sentinel1GrdSettings, ground: Relief, files: ExitStack) -> SeenSlice | None:
    """Return what of a slice is needed; None if it shows nothing of the tile."""
    read = [images.load(one, band) for band in settings.bands]
    scene, size = products.scene_of(read[0].annotation), products.size_of(read[0].annotation)
    walk = walk_in(scene, size, settings, ground)
    if walk is None:
        return None
    numbers = [files.enter_context(measurement.numbers_of(image.measurement, size)) for image in read]
    found = [
        products.image_of(image, scene, of_band, settings.radiometry, without_noise=settings.noise)
        for image, of_band in zip(read, numbers, strict=True)
    ]
    old = settings.mask.border and one.manifest.ipf < TRUSTED_BORDERS
    return SeenSlice(tuple(found), walk, _trusted(size, numbers[0]) if old else None)


def walk_in(scene: Scene, size: tuple[int, int], settings: Sentinel1GrdSettings, ground: Relief) -> Walk | None:
    """Return the walk over a tile in an image, with as much around as is wanted of it; None if it shows nothing.

    Parameters
    ----------
    scene : Scene
    size : (int, int)
        Lines and pixels of the image.
    settings : Sentinel1GrdSettings
    ground : Relief
        Of the tile.
    """
    grid, most = ground.grid, ground.margin_px
    around = Window(-most, -most, grid.rows + 2 * most, grid.columns + 2 * most)
    box = part_of(scene, size, grid, around, ground.extremes)
    if box is None:
        return None
    adds = settings.radiometry == "gamma_terrain" or settings.mask.layover
    margin = most if adds else ground.shadow_px if settings.mask.shadow else 0
    sums = empty_sums((box[0].line, box[1].line), (box[0].pixel, box[1].pixel)) if adds else None
    return Walk(scene, grid, reach(scene.orbit, grid, margin), ground.heights_of, sums)


def _trusted(size: tuple[int, int], numbers: Numbers) -> Extent:
    """Return the part of an older image without border noise."""
    lines = min(TESTED_LINE, size[0] - 1), max(size[0] - 1 - TESTED_LINE, 0)
    first, last = (int((numbers(Place(line, 0), (1, size[1])) == 0).sum()) for line in lines)
    return masks.trusted_extent(*size, (first, last))


def _add_slice(one: SeenSlice, settings: Sentinel1GrdSettings, window: Window, power: np.ndarray) -> None:
    """Fill what is missing of whole rows with a slice."""
    wide, around = one.walk.seen(window.row, window.rows)
    hidden = _hidden(one, settings, wide, around)
    for start in range(0, window.columns, PART_PX):
        part = Window(window.row, start, window.rows, min(PART_PX, window.columns - start))
        inner = (
            slice(part.row - wide.row, part.row - wide.row + part.rows),
            slice(part.column - wide.column, part.column - wide.column + part.columns),
        )
        ground = Seen(*(np.ascontiguousarray(values[inner]) for values in around))
        _add_part(one, settings, ground, hidden[inner], power[:, :, part.column : part.column + part.columns])


def _hidden(one: SeenSlice, settings: Sentinel1GrdSettings, window: Window, around: Seen) -> np.ndarray:
    """Return the pixels of a window that other ground hides, or whose area is unknown, bool of its shape."""
    hidden = np.zeros((window.rows, window.columns), bool)
    if settings.radiometry == "gamma_terrain":
        hidden |= masks.beside_void(around)
    if not (settings.mask.shadow or settings.mask.layover):
        return hidden
    way = masks.outwards(one.walk.scene.orbit, one.walk.grid, window)
    if settings.mask.shadow:
        hidden |= masks.shadow(around, way)
    if settings.mask.layover:
        hidden |= masks.layover(around, way)
    return hidden


def _add_part(
    one: SeenSlice, settings: Sentinel1GrdSettings, ground: Seen, hidden: np.ndarray, power: np.ndarray
) -> None:
    """Fill what is missing of a part of rows with a slice; ``hidden`` is of this part."""
    sums, flat = one.walk.sums, settings.radiometry != "gamma_terrain"
    if settings.mask.layover and sums is not None:
        hidden = hidden | masks.foreshortened(ground, sums)
    if one.trusted is not None:
        hidden = hidden | masks.outside(ground, one.trusted)
    correction = None if flat or sums is None else flattening(sums)
    for image, of_band in zip(one.images, power, strict=True):
        found = on_grid(image, ground.line, ground.pixel, correction)
        found[hidden] = np.nan
        fill_missing(of_band, found)
