"""Speed of the radar's kernels: ``python -m benchmarks.radar``, with ``--tile`` for all of a tile.

The geometry is a satellite on a circle over a sphere, heights are waves of up to 800 m, numbers are noise: kernels do
the same work whatever they are. CPU time of one thread, since other programs on the machine disturb it less.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numba
import numpy as np
import rasterio
from rasterio.transform import from_origin

from benchmarks.worker import memory_mb
from landloom.geo.grids import Grid, Window, transformer
from landloom.geo.ground import GEOGRAPHIC
from landloom.prepared import radar
from landloom.sar import masks, speckle
from landloom.sar.calibration import NO_BLOCKS, Noise, Place, Table, calibrate, resample
from landloom.sar.geocoding import Scene, Timing, geocode
from landloom.sar.ground_range import fit_conversion
from landloom.sar.orbit import fit_orbit
from landloom.sar.preparation import Image
from landloom.sar.relief import of_tile
from landloom.sar.signed_power import NONE, to_stored
from landloom.sar.terrain import add_facets, empty_sums, facets, flatten
from landloom.sensors import registry

RADIUS_M, EARTH_M, INCLINATION, RATE = 7071e3, 6371e3, np.radians(98.18), 1.0616e-3
LINES, PIXELS, INTERVAL, SPACING = 16700, 26000, 1.5e-3, 10.0
TILE = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 10980, 10980)
DATES, DEM_ROWS = 10, 240
GOALS = {"geocoding": 9.0}
"""Million pixels per second."""
TILE_GOAL_S, TILE_GOAL_MB = 45.0, 2000.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.radar", description=__doc__)
    parser.add_argument("--side", type=int, default=1500, help="pixels of a side of the window (default 1500)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each kernel, after one untimed (default 5)")
    parser.add_argument("--tile", action="store_true", help="all of a tile of 10980 x 10980, VV and VH: a minute")
    options = parser.parse_args()
    numba.set_num_threads(1)
    print("| kernel | Mpx/s | slowest and fastest round | goal |\n|---|---:|---:|---:|")
    for name, work, pixels in kernels(options.side):
        rates = measured(work, pixels, options.rounds)
        print(f"| {name} | {median(rates):.1f} | {min(rates):.1f}, {max(rates):.1f} | {GOALS.get(name, '')} |")
    if options.tile:
        print(tile())


def measured(work: Callable[[], Any], pixels: int, rounds: int) -> list[float]:
    """Return million pixels per second of CPU time, of each round."""
    work()
    rates = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        rates.append(pixels / (time.process_time() - start) / 1e6)
    return rates


def scene() -> Scene:
    """Make the geometry of an ascending pass that looks east over southern France."""
    times = np.arange(-80.0, 81.0, 10.0)
    position, velocity = circle(times)
    records = np.arange(-14.0, 15.0)
    ground = np.linspace(-2e3, PIXELS * SPACING + 2e3, 500)
    angle = (ground + 375e3) / EARTH_M
    slant = np.sqrt(RADIUS_M**2 + EARTH_M**2 - 2 * RADIUS_M * EARTH_M * np.cos(angle))
    grsr = np.polynomial.Polynomial.fit(ground, slant, 8).convert().coef
    start = -LINES / 2 * INTERVAL
    return Scene(
        fit_orbit(times, position, velocity, start, -start),
        fit_conversion(records, np.zeros(len(records)), np.tile(grsr, (len(records), 1)), PIXELS * SPACING),
        Timing(start, INTERVAL, SPACING),
    )


def circle(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return positions and velocities on a circle, in a frame that turns with the Earth."""
    turning, angle = 7.2921159e-5, np.radians(43.2) + RATE * times
    tilt = np.array([[1, 0], [0, np.cos(INCLINATION)], [0, np.sin(INCLINATION)]]).T
    east = np.radians(3.0) - turning * times
    turn = np.stack([[np.cos(east), -np.sin(east)], [np.sin(east), np.cos(east)]]).transpose(2, 0, 1)
    position = RADIUS_M * np.stack([np.cos(angle), np.sin(angle)], -1) @ tilt
    velocity = RADIUS_M * RATE * np.stack([-np.sin(angle), np.cos(angle)], -1) @ tilt
    for vectors in (position, velocity):
        vectors[:, :2] = np.einsum("nij,nj->ni", turn, vectors[:, :2])
    return position, velocity - np.cross([0, 0, turning], position)


def relief(window: Window) -> np.ndarray:
    """Return heights of a window: waves of 800 m, 3 km long."""
    rows, columns = (
        np.arange(first, first + count) / 47 for first, count in zip(window[:2], window[2:], strict=True)
    )
    return (400 + 400 * np.sin(rows)[:, None] * np.cos(columns)).astype(np.float32)


def tables() -> tuple[Table, Noise]:
    """Make calibration and noise of usual sizes."""
    lines = np.arange(-500.0, LINES + 1000, 670)
    pixels = np.tile(np.arange(0.0, PIXELS + 40, 40), (len(lines), 1))
    gains = Table(lines, pixels, np.full(pixels.shape, 474.0))
    return gains, Noise(Table(lines, pixels, np.full(pixels.shape, 900.0)), NO_BLOCKS)


def kernels(side: int) -> list[tuple[str, Callable[[], Any], int]]:
    """Return name, work and pixels of each kernel."""
    seen, window = scene(), Window(4000, 4000, side, side)
    heights = relief(Window(window.row - 1, window.column - 1, side + 2, side + 2))
    geometry = geocode(seen, TILE, window, heights[1:-1, 1:-1])
    found = facets(TILE, window, heights, geometry)
    spans = [(int(part.min()) - 2, int(part.max()) + 3) for part in geometry[:2]]
    sums, place = empty_sums(*spans), Place(spans[0][0], spans[1][0])
    add_facets(sums, geometry, found.share)
    rng = np.random.default_rng(1)
    numbers = rng.integers(1, 900, sums.units.shape).astype(np.uint16)
    beta0 = calibrate(numbers, place, *tables())
    image = resample(beta0, place, *geometry[:2])
    powers = rng.gamma(4.4, 0.02, (DATES, side // 3, side // 3)).astype(np.float32)
    stack = np.stack([to_stored(one) for one in powers])
    ground, way = masks.seen(geometry, found), masks.outwards(seen.orbit, TILE, window)
    return [
        ("geocoding", lambda: geocode(seen, TILE, window, heights[1:-1, 1:-1]), side**2),
        ("facet areas", lambda: facets(TILE, window, heights, geometry), side**2),
        ("adding areas", lambda: add_facets(sums, geometry, found.share), side**2),
        ("shadow", lambda: masks.shadow(ground, way), side**2),
        ("layover", lambda: masks.layover(ground, way), side**2),
        ("layover by areas", lambda: masks.foreshortened(ground, sums), side**2),
        ("calibration with noise", lambda: calibrate(numbers, place, *tables()), numbers.size),
        ("flattening", lambda: flatten(beta0, *place, sums), beta0.size),
        ("bilinear", lambda: resample(beta0, place, *geometry[:2]), side**2),
        ("storing", lambda: to_stored(image), side**2),
        ("means of 5 x 5, pixels x dates", lambda: speckle.window_means(stack, 2), stack.size),
        ("Quegan and Yu with its means, pixels x dates", lambda: speckle.quegan_yu(stack, 2), stack.size),
        ("Lee, pixels x dates", lambda: speckle.lee(stack, 2), stack.size),
        ("decibels, pixels x dates", lambda: speckle.to_decibels(powers), stack.size),
    ]


def tile() -> str:
    """Bring VV and VH of an acquisition onto a tile as the job does; return CPU time and memory.

    Heights are those of a coarse elevation model, as of Copernicus; numbers are in memory.
    """
    gains, noise = tables()
    block = np.random.default_rng(2).integers(1, 900, (256, PIXELS)).astype(np.uint16)

    def numbers(place: Place, size: tuple[int, int]) -> np.ndarray:
        rows = np.arange(place.line, place.line + size[0]) % len(block)
        return block[rows, place.pixel : place.pixel + size[1]]

    settings = registry.section_of({"type": "sentinel1_grd", "archive": ".", "dem": ".", "heights": "ellipsoid"})
    images = (Image(scene(), LINES, PIXELS, numbers, gains, noise),) * 2
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        ground = of_tile(write_dem(Path(folder) / "dem.tif"), "ellipsoid", TILE)
        first = time.process_time()
        walk = radar.walk_in(scene(), (LINES, PIXELS), settings, ground)
        if walk is None:
            raise RuntimeError("the made image misses the tile")
        one = radar.SeenSlice(images, walk, None)
        missing = sum(int((values == NONE).sum()) for _, values in radar.rows_of([one], settings, TILE))
        end = time.process_time()
    return (
        f"\nA tile of {TILE.rows} x {TILE.columns}, VV and VH: {end - first:.1f} s of CPU (goal {TILE_GOAL_S:g}), "
        f"and {first - start:.1f} once a tile; peak {memory_mb('VmHWM'):.0f} MB (goal {TILE_GOAL_MB:g}), "
        f"{missing / 2 / TILE.rows / TILE.columns:.2%} missing, margin {ground.margin_px} px"
    )


def write_dem(path: Path) -> Path:
    """Write heights of hills of some 300 m, of pixels of one arc second, around the tile."""
    x, y = transformer(TILE.crs, GEOGRAPHIC).transform(TILE.left, TILE.top)
    west, north, size, count = float(x) - 0.3, float(y) + 0.3, 1 / 3600, 7200
    columns = np.arange(count) / 30
    given = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    place = from_origin(west, north, size, size)
    with rasterio.open(path, "w", width=count, height=count, transform=place, **given) as dataset:
        for row in range(0, count, DEM_ROWS):
            rows = np.arange(row, row + DEM_ROWS)[:, None] / 40
            heights = 300 + 150 * np.sin(rows) * np.cos(columns) + 60 * np.sin(3 * rows + columns)
            dataset.write(heights.astype(np.float32), 1, window=((row, row + DEM_ROWS), (0, count)))
    return path


if __name__ == "__main__":
    main()
