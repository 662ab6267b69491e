"""The radar part of the demonstration: all products of a year."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from landloom.demo.landscape import Landscape
from landloom.demo.layout import PLANE_EPSG, Layout
from landloom.demo.phenology import Growth
from landloom.demo.radar.annotation import points_of
from landloom.demo.radar.backscatter import gamma0_of_patches
from landloom.demo.radar.frame import frame_over
from landloom.demo.radar.imaging import Ground, Speckle, beta0, numbers_of
from landloom.demo.radar.passes import Look, plan_looks
from landloom.demo.radar.products import write_product
from landloom.demo.radar.relief import dem_grid, facet_grid, facet_patches, heights_m
from landloom.demo.radar.tables import noise_of, tables_of
from landloom.demo.streams import Stream, generator
from landloom.geo import grids
from landloom.geo.grids import Window
from landloom.geo.ground import GEOGRAPHIC
from landloom.sar.heights import ELLIPSOID, open_heights, read_heights


@dataclass(frozen=True)
class RadarScene:
    """What does not change from pass to pass.

    Parameters
    ----------
    layout
        Where the tiles are.
    heights
        On the grid of the elevation model, metres above the ellipsoid.
    ground
        The facets, whose heights are read from the file of the model as others read it.
    speckle
        Its distribution.
    """

    layout: Layout
    heights: NDArray[np.float32]
    ground: Ground
    speckle: Speckle

    def heights_at(self, longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return heights at places in degrees; beyond the model, its nearest ones."""
        grid = dem_grid(self.layout)
        x, y = grids.transformer(GEOGRAPHIC, f"EPSG:{PLANE_EPSG}").transform(longitudes, latitudes)
        places = [(grid.top - y) / grid.resolution - 0.5, (x - grid.left) / grid.resolution - 0.5]
        found: NDArray[np.float64] = map_coordinates(self.heights, places, order=1, mode="nearest", output=np.float64)
        return found


def make_radar_scene(landscape: Landscape, dem: Path, seed: int) -> RadarScene:
    """Return the scene of a landscape whose elevation model was written (:func:`~.relief.write_dem`)."""
    layout = landscape.layout
    grid = facet_grid(layout)
    heights = read_heights(open_heights(dem, ELLIPSOID, grid, 0), grid, Window(0, 0, grid.rows, grid.columns))
    return RadarScene(layout, heights_m(layout, seed), Ground(grid, facet_patches(landscape), heights), Speckle())


def plan_radar_looks(scene: RadarScene, seed: int, year: int) -> tuple[Look, ...]:
    """Return the passes of a year."""
    return plan_looks(seed, year, float(scene.heights.mean()))


def write_radar(
    folder: Path,
    scene: RadarScene,
    landscape: Landscape,
    growth: Growth,
    looks: Sequence[Look],
    seed: int,
    threads: int,
) -> None:
    """Write the products of some passes.

    Parameters
    ----------
    folder
        The archive; made where missing.
    scene
        Of the landscape.
    landscape, growth
        The patches in the year of the passes.
    looks
        The passes.
    seed
        From which everything is drawn.
    threads
        How many passes are made at a time; each has random streams of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(partial(_write_look, folder, scene, landscape, growth, seed), looks))


def _write_look(folder: Path, scene: RadarScene, landscape: Landscape, growth: Growth, seed: int, look: Look) -> None:
    heights = float(scene.heights.min()), float(scene.heights.max())
    frame = frame_over(look.circle, scene.layout, heights)
    slices = [(part, tables_of(part)) for part in frame.slices(look.track.is_cut)]
    noise = np.concatenate([noise_of(tables, part.lines, part.samples) for part, tables in slices])
    gamma0 = gamma0_of_patches(landscape, growth, seed, look.time.toordinal(), look.day_of_year)
    powers = beta0(scene.ground, frame, gamma0)
    numbers = np.stack(
        [
            numbers_of(power, noise, scene.speckle, generator(seed, Stream.SPECKLE, *look.keys, polarisation))
            for polarisation, power in enumerate(powers)
        ]
    )
    for part, tables in slices:
        first = part.first_line - frame.first_line
        points = points_of(part, scene.heights_at)
        write_product(folder, look, part, points, tables, numbers[:, first : first + part.lines], seed)
