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

from benchmarks.worker import memory_mb
from landloom.geo.grids import Grid, Window
from landloom.sar import masks, preparation, speckle
from landloom.sar.calibration import NO_BLOCKS, Noise, Place, Table, calibrate, resample
from landloom.sar.geocoding import Scene, Timing, geocode
from landloom.sar.ground_range import fit_conversion
from landloom.sar.orbit import fit_orbit
from landloom.sar.preparation import Image
from landloom.sar.signed_power import NONE, to_stored
from landloom.sar.terrain import add_facets, empty_sums, facets, flatten

RADIUS_M, EARTH_M, INCLINATION, RATE = 7071e3, 6371e3, np.radians(98.18), 1.0616e-3
LINES, PIXELS, INTERVAL, SPACING = 16700, 26000, 1.5e-3, 10.0
TILE = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 10980, 10980)
MARGIN_PX, DATES, PASS_PX, SIDE = 140, 10, 2**22, 2048
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
    position, velocity = _circle(times)
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


def _circle(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
    orbit = seen.orbit
    return [
        ("geocoding", lambda: geocode(seen, TILE, window, heights[1:-1, 1:-1]), side**2),
        ("facet areas", lambda: facets(TILE, window, heights, geometry), side**2),
        ("adding areas", lambda: add_facets(sums, geometry, found.share), side**2),
        ("shadow", lambda: masks.shadow(orbit, TILE, window, geometry, found), side**2),
        ("layover", lambda: masks.layover(orbit, TILE, window, geometry, sums), side**2),
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
    """Bring VV and VH of an acquisition onto a tile; return CPU time and memory. Heights are there beforehand."""
    gains, noise = tables()
    block = np.random.default_rng(2).integers(1, 900, (256, PIXELS)).astype(np.uint16)

    def numbers(place: Place, size: tuple[int, int]) -> np.ndarray:
        rows = np.arange(place.line, place.line + size[0]) % len(block)
        return block[rows, place.pixel : place.pixel + size[1]]

    images = [Image(scene(), LINES, PIXELS, numbers, gains, noise)] * 2
    with tempfile.TemporaryDirectory() as folder:
        heights_of = _kept_heights(Path(folder) / "heights")
        start = time.process_time()
        around = preparation.strips(TILE, MARGIN_PX, PASS_PX)
        whole = Window(-MARGIN_PX, -MARGIN_PX, *(2 * (TILE.rows + 2 * MARGIN_PX,)))
        box = preparation.part_of(images[0], TILE, whole, (0.0, 800.0))
        if box is None:
            raise RuntimeError("the made image misses the tile")
        sums = preparation.sum_areas(images[0].scene, box, TILE, around, heights_of)
        first = time.process_time()
        missing = 0
        for window in TILE.windows(SIDE):
            geometry = geocode(images[0].scene, TILE, window, heights_of(window))
            masks.layover(images[0].scene.orbit, TILE, window, geometry, sums)
            for image in images:
                found = preparation.on_grid(image, geometry, preparation.flattening(sums))
                missing += int((to_stored(found) == NONE).sum())
        end = time.process_time()
    return (
        f"\nA tile of {TILE.rows} x {TILE.columns}, VV and VH: {end - start:.1f} s of CPU "
        f"(areas {first - start:.1f}, images {end - first:.1f}; goal {TILE_GOAL_S:g}), "
        f"peak {memory_mb('VmHWM'):.0f} MB (goal {TILE_GOAL_MB:g}), {missing} values missing"
    )


def _kept_heights(path: Path) -> preparation.HeightsOf:
    """Write the heights of a tile and its margin to a file; return how they are read."""
    columns = TILE.columns + 2 * MARGIN_PX + 2
    first = -MARGIN_PX - 1
    with path.open("wb") as file:
        for row in range(first, TILE.rows + MARGIN_PX + 1, 256):
            rows = min(256, TILE.rows + MARGIN_PX + 1 - row)
            relief(Window(row, first, rows, columns)).tofile(file)

    def heights_of(window: Window) -> np.ndarray:
        kept = np.memmap(path, np.float32, "r", shape=(columns, columns))
        row, column = window.row - first, window.column - first
        return np.array(kept[row : row + window.rows, column : column + window.columns])

    return heights_of


if __name__ == "__main__":
    main()
