"""Geocoding: in which line and at which slant range of a radar image pixels are; landloom against sarsen.

The geometry is that of `benchmarks.radar`: a circle, state vectors every 10 s, heights up to 800 m.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import radar
from benchmarks.contest import Case, Contestant, Job, examine, result_path
from landloom.geo import grids
from landloom.geo.grids import Window

SIDE, QUICK_SIDE = 500, 40
CORNER = 4000
MOST_S, MOST_M = 3e-3, 5.0
"""sarsen ends its search where the satellite is 1 m from abeam, and its polynomial of the orbit has degree 5."""


def make(folder: Path, quick: bool) -> dict[str, Any]:
    """Write heights, and state vectors of the orbit."""
    side = QUICK_SIDE if quick else SIDE
    times = np.arange(-80.0, 81.0, 10.0)
    position, _ = radar.circle(times)
    arrays = {"heights": radar.relief(Window(CORNER, CORNER, side, side)), "times": times, "positions": position}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return {"pixels": side**2, "heights": "0 to 800 m", "state vectors": len(times)}


def _window(heights: np.ndarray) -> Window:
    return Window(CORNER, CORNER, *heights.shape)


def start_landloom(folder: Path, threads: int) -> Job:
    """`landloom.sar.geocoding.geocode`: from map coordinates and heights to line, pixel, look and areas."""
    from landloom.jobs.job import limit_threads
    from landloom.sar.geocoding import geocode

    limit_threads(threads)
    heights, scene = np.load(folder / "heights.npy"), radar.scene()

    def collect(found: Any) -> np.ndarray:
        return np.stack([found.line * scene.timing.interval + scene.timing.start, found.slant_range])

    return Job(lambda: geocode(scene, radar.TILE, _window(heights), heights), heights.size, collect)


def start_sarsen(folder: Path, threads: int) -> Job:
    """`sarsen.geocoding.backward_geocode`: from Earth-fixed points, made beforehand, to times and distances."""
    import xarray as xr
    from sarsen import geocoding, orbit

    heights, times = np.load(folder / "heights.npy"), np.load(folder / "times.npy")
    x, y = radar.TILE.centres(_window(heights))
    degrees = grids.transformer(radar.TILE.crs, "EPSG:4979").transform(x, y, heights.astype(np.float64))
    points = np.stack(grids.transformer("EPSG:4979", "EPSG:4978").transform(*degrees))
    dem = xr.DataArray(points, dims=("axis", "y", "x"), coords={"axis": [0, 1, 2]})
    epoch = np.datetime64("2021-08-09T00:00:00", "ns")
    stamps = epoch + (times * 1e9).astype("timedelta64[ns]")
    positions = xr.DataArray(
        np.load(folder / "positions.npy"),
        dims=("azimuth_time", "axis"),
        coords={"azimuth_time": stamps, "axis": [0, 1, 2]},
    )
    interpolator = orbit.OrbitPolyfitInterpolator.from_position(positions, epoch=epoch)

    def collect(found: Any) -> np.ndarray:
        seconds = (found.azimuth_time.values - epoch) / np.timedelta64(1, "s")
        return np.stack([seconds, np.sqrt((found.dem_distance.values**2).sum(axis=0))])

    return Job(lambda: geocoding.backward_geocode(dem, interpolator), heights.size, collect)


def check(folder: Path, threads: int) -> list[str]:
    """Compare sarsen's times and slant ranges with landloom's."""
    path = result_path(folder, "sarsen")
    return (
        [examine("sarsen", compare, np.load(path), np.load(result_path(folder, "landloom")))] if path.exists() else []
    )


def compare(found: np.ndarray, expected: np.ndarray) -> str:
    """Describe how times and slant ranges differ from those of landloom.

    Parameters
    ----------
    found, expected : ndarray of float64, shape (2, rows, columns)
        Seconds, and metres.

    Raises
    ------
    ValueError
        If they differ by more than ``MOST_S`` or ``MOST_M``.
    """
    seconds, metres = (float(np.abs(one - other).max()) for one, other in zip(found, expected, strict=True))
    told = f"times within {1e3 * seconds:.3f} ms, slant ranges within {metres:.3f} m of landloom's"
    if not (seconds <= MOST_S and metres <= MOST_M):
        raise ValueError(told)
    return told


LANDLOOM = Contestant("landloom", start_landloom, "line, pixel, slant range, look, incidence and area of each pixel")
SARSEN = Contestant(
    "sarsen",
    start_sarsen,
    "`backward_geocode`: time and distance alone, of Earth-fixed points that are made beforehand; numpy, one thread",
    most_threads=1,
    modules=("sarsen", "xarray"),
)
CASE = Case(
    module="benchmarks.geocoding",
    title="Geocoding of radar images",
    description="Where each pixel of 10 m of a small area is in a radar image, by zero Doppler and heights.",
    make=make,
    matches=((LANDLOOM, SARSEN),),
    check=check,
    goal_rate=9.0,
)
