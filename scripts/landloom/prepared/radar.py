"""Images of Sentinel-1 on a tile's grid: backscatter as signed power, without speckle filter (sar/signed_power.py).

The filter works on all images of an orbit together when samples and maps read them, so that it may change, and an
image be added, without making any other again. Slices of one pass make one image; a pixel takes the first that has
it.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from landloom.core import checksums
from landloom.geo.grids import Grid, Window
from landloom.prepared.forms import Maker
from landloom.prepared.image_files import BLOCK_PX
from landloom.sar import masks, measurement, products, relief
from landloom.sar.calibration import Place
from landloom.sar.geocoding import Geometry
from landloom.sar.masks import TESTED_LINE, Extent
from landloom.sar.preparation import (
    Image,
    Numbers,
    fill_missing,
    flattening,
    on_grid,
    part_of,
    seen_window,
    strips,
    sum_areas,
)
from landloom.sar.relief import Relief
from landloom.sar.signed_power import NONE, to_stored
from landloom.sar.terrain import Sums
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.sentinel1 import grd, images
from landloom.sensors.sentinel1.archive import Slice
from landloom.sensors.sentinel1.settings import Sentinel1GrdSettings

TRUSTED_BORDERS = (2, 90)
"""Version of the processor since which zeros alone mark the image's borders."""

ASIDE = 0.35
"""Looks are so far from east or west at most, as tangent (19 degrees, at 70 degrees of latitude): as many rows as
columns times this may shade a tile."""

_MOST_PIXELS = 2**22


class SeenSlice(NamedTuple):
    """A slice that shows ground of the tile.

    Attributes
    ----------
    images : tuple of Image
        Of the polarisations; they share their geometry.
    sums : Sums or None
        Areas of the ground in it; None where neither terrain nor layover is asked for.
    trusted : Extent or None
        Part without border noise; None: all of it.
    """

    images: tuple[Image, ...]
    sums: Sums | None
    trusted: Extent | None


def maker(settings: Sentinel1GrdSettings, tile: str, grid: Grid, memory: Path, threads: int) -> Maker:
    """Return what makes a tile's images: see :mod:`landloom.prepared.forms`.

    Raises
    ------
    InputError
        If the elevation model does not cover the tile, or cannot be used.
    """
    ground = relief.of_tile(Path(settings.dem.replace("{tile}", tile)), settings.heights, grid)
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
        seen = [one for one in opened if one]
        for row in range(0, grid.rows, BLOCK_PX):
            window = Window(row, 0, min(BLOCK_PX, grid.rows - row), grid.columns)
            power = np.full((len(settings.bands), window.rows, window.columns), np.nan, np.float32)
            for one in seen:
                _add_slice(one, settings, ground, window, power)
            yield window, np.stack([to_stored(of_band) for of_band in power])


def _opened(one: Slice, settings: Sentinel1GrdSettings, ground: Relief, files: ExitStack) -> SeenSlice | None:
    """Return what of a slice is needed; None if it shows nothing of the tile."""
    read = [images.load(one, band) for band in settings.bands]
    found = [products.image_of(image, settings.radiometry, without_noise=settings.noise) for image in read]
    scene, size = found[0].scene, (found[0].lines, found[0].pixels)
    grid, margin = ground.grid, ground.margin_px
    around = Window(-margin, -margin, grid.rows + 2 * margin, grid.columns + 2 * margin)
    box = part_of(found[0], grid, around, ground.extremes)
    if box is None:
        return None
    numbers = [files.enter_context(measurement.numbers_of(image.measurement, size)) for image in read]
    found = [image._replace(scene=scene, numbers=of_band) for image, of_band in zip(found, numbers, strict=True)]
    wanted = settings.radiometry == "gamma_terrain" or settings.mask.layover
    windows = strips(grid, margin, _MOST_PIXELS)
    sums = sum_areas(scene, box, grid, windows, ground.heights_of) if wanted else None
    old = settings.mask.border and one.manifest.ipf < TRUSTED_BORDERS
    return SeenSlice(tuple(found), sums, _trusted(size, numbers[0]) if old else None)


def _trusted(size: tuple[int, int], numbers: Numbers) -> Extent:
    """Return the part of an older image without border noise."""
    lines = min(TESTED_LINE, size[0] - 1), max(size[0] - 1 - TESTED_LINE, 0)
    first, last = (int((numbers(Place(line, 0), (1, size[1])) == 0).sum()) for line in lines)
    return masks.trusted_extent(*size, (first, last))


def _add_slice(
    one: SeenSlice, settings: Sentinel1GrdSettings, ground: Relief, window: Window, power: np.ndarray
) -> None:
    """Fill what is missing of a window with a slice."""
    geometry, hidden = _seen(one, settings, ground, window)
    flat = settings.radiometry != "gamma_terrain"
    for image, of_band in zip(one.images, power, strict=True):
        found = on_grid(image, geometry, None if flat or one.sums is None else flattening(one.sums))
        found[hidden] = np.nan
        fill_missing(of_band, found)


def _seen(
    one: SeenSlice, settings: Sentinel1GrdSettings, ground: Relief, window: Window
) -> tuple[Geometry, np.ndarray]:
    """Return where a window is seen in a slice, and which pixels masks hide, bool of shape (rows, columns)."""
    scene, mask = one.images[0].scene, settings.mask
    aside = ground.margin_px if mask.layover else ground.shadow_px if mask.shadow else 0
    rows = int(np.ceil(aside * ASIDE))
    wide = Window(window.row - rows, window.column - aside, window.rows + 2 * rows, window.columns + 2 * aside)
    geometry, found = seen_window(scene, ground.grid, wide, ground.heights_of)
    inner = np.s_[rows : rows + window.rows, aside : aside + window.columns]
    own = Geometry(*(np.ascontiguousarray(part[inner]) for part in geometry))
    hidden = np.zeros((window.rows, window.columns), bool)
    if mask.shadow:
        hidden |= masks.shadow(scene.orbit, ground.grid, wide, geometry, found)[inner]
    if mask.layover and one.sums is not None:
        hidden |= masks.layover(scene.orbit, ground.grid, wide, geometry, one.sums)[inner]
    if one.trusted is not None:
        hidden |= masks.outside(own, one.trusted)
    return own, hidden
