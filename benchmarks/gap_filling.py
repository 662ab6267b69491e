"""Gap filling: landloom against the loop that one writes first, numpy and scipy series by series, and copying."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import data
from benchmarks.contest import Case, Contestant, Job, examine, result_path

OBSERVATIONS, OUTPUTS, BANDS, MASKED = 70, 37, 10, 0.4
SIDES, QUICK_SIDES = (515, 511), (67, 65)
"""Not powers of two: looks so far apart in memory push one another out of the caches of a loop over series."""
FLOAT32 = 2e-3
"""The weights of landloom are float32: what is this near to a half may be rounded either way."""
SUBSET = 8192
"""Pixels for the loops in Python."""


def make(folder: Path, quick: bool) -> dict[str, Any]:
    """Draw a year of looks."""
    rows, columns = QUICK_SIDES if quick else SIDES
    values, valid, observation_days = data.series(OBSERVATIONS, BANDS, rows, columns, MASKED, seed=3)
    arrays = {"values": values, "valid": valid, "look_days": observation_days, "output_days": np.arange(OUTPUTS) * 10}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return {
        "pixels": rows * columns,
        "observations": OBSERVATIONS,
        "output dates": OUTPUTS,
        "bands": BANDS,
        "masked": f"{1 - valid.mean():.1%}",
        "input": f"{(values.nbytes + valid.nbytes) / 1e6:.0f} MB",
        "output": f"{OUTPUTS * BANDS * rows * columns * 2 / 1e6:.0f} MB",
    }


def _load(folder: Path) -> tuple[np.ndarray, ...]:
    """Give values, valid, look_days and output_days."""
    return tuple(np.load(folder / f"{name}.npy") for name in ("values", "valid", "look_days", "output_days"))


def chosen(pixels: int) -> slice:
    """Spread the subset over the image."""
    return slice(None, None, max(pixels // SUBSET, 1))


def _load_subset(folder: Path) -> tuple[np.ndarray, ...]:
    """Give the same of the subset, series side by side: values (pixels, bands, looks), valid (pixels, looks)."""
    values = np.load(folder / "values.npy", mmap_mode="r")
    valid, observation_days, output_days = (
        np.load(folder / f"{name}.npy") for name in ("valid", "look_days", "output_days")
    )
    part = chosen(values.shape[2])
    return _side_by_side(values[:, :, part]), _side_by_side(valid[:, part]), observation_days, output_days


def _side_by_side(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array.T)


def start_landloom(folder: Path, threads: int) -> Job:
    """`landloom.timeseries.gap_filling.fill_gaps`."""
    from landloom.jobs.job import limit_threads
    from landloom.timeseries.gap_filling import fill_gaps

    limit_threads(threads)
    arrays = _load(folder)
    return Job(lambda: fill_gaps(*arrays), arrays[0].shape[2])


def start_two_pointers(folder: Path, threads: int) -> Job:
    """Run the first version on the arrays as they are."""
    from benchmarks.two_pointers import fill_gaps

    arrays = _load(folder)
    return Job(lambda: fill_gaps(*arrays), arrays[0].shape[2])


def start_two_pointers_pixel_major(folder: Path, threads: int) -> Job:
    """Run the first version on series that lie side by side."""
    from benchmarks.two_pointers import fill_gaps_pixel_major

    values, valid, *days = _load(folder)
    values, valid = _side_by_side(values), _side_by_side(valid)
    return Job(lambda: fill_gaps_pixel_major(values, valid, *days), len(values), np.transpose)


def start_numpy(folder: Path, threads: int) -> Job:
    """`numpy.interp`, one call for each series."""
    values, valid, observation_days, output_days = _load_subset(folder)
    out = np.empty((*values.shape[:2], OUTPUTS))

    def work() -> np.ndarray:
        for pixel, clear in enumerate(valid):
            days = observation_days[clear]
            for band in range(BANDS):
                out[pixel, band] = np.interp(output_days, days, values[pixel, band, clear])
        return out

    return Job(work, len(values), np.transpose)


def start_scipy(folder: Path, threads: int) -> Job:
    """`scipy.interpolate.make_interp_spline` of degree 1, one for the bands of a pixel."""
    from scipy.interpolate import make_interp_spline

    values, valid, observation_days, output_days = _load_subset(folder)
    out = np.empty((*values.shape[:2], OUTPUTS))

    def work() -> np.ndarray:
        for pixel, clear in enumerate(valid):
            days = observation_days[clear]
            spline = make_interp_spline(days, values[pixel][:, clear], k=1, axis=1)
            out[pixel] = spline(np.clip(output_days, days[0], days[-1]))
        return out

    return Job(work, len(values), np.transpose)


def start_copy(folder: Path, threads: int) -> Job:
    """Read all that gap filling reads and write as much as it writes; every thread has its share of the looks.

    As many looks as there are output dates are copied, of the others and of the mask the maximum is taken.
    """
    values, valid, *_ = _load(folder)
    pool = ThreadPoolExecutor(threads)
    fractions = np.array_split(np.arange(OBSERVATIONS), threads)

    def move(out: np.ndarray, observations: np.ndarray) -> None:
        for observation in observations:
            valid[observation].view(np.uint8).max()
            if observation % 2 and observation // 2 < OBSERVATIONS - OUTPUTS:
                values[observation].max()
            else:
                np.copyto(out[observation - min((observation + 1) // 2, OBSERVATIONS - OUTPUTS)], values[observation])

    def work() -> None:
        out = np.empty((OUTPUTS, *values.shape[1:]), np.int16)
        list(pool.map(lambda observations: move(out, observations), fractions))

    return Job(work, values.shape[2])


def check(folder: Path, threads: int) -> list[str]:
    """Compare all programs with landloom, value by value."""
    found = np.load(result_path(folder, "landloom"), mmap_mode="r")
    part = found[:, :, chosen(found.shape[2])]
    lines = []
    for name, own in ((TWO_POINTERS, found), (PIXEL_MAJOR, found), ("numpy.interp", part), ("scipy", part)):
        if result_path(folder, name).exists():
            lines.append(examine(name, compare, np.load(result_path(folder, name), mmap_mode="r"), own))
    return lines


def compare(found: np.ndarray, expected: np.ndarray) -> str:
    """Describe how filled values differ from those of landloom.

    Raises
    ------
    ValueError
        If whole numbers differ by more than 1, or one in a hundred does; if fractions differ by more than a half.
    """
    most, others = 0.0, 0
    for one, other in zip(found, expected, strict=True):  # date by date, to spare memory
        difference = np.abs(one.astype(np.float64) - other)
        most, others = max(most, float(difference.max())), others + np.count_nonzero(difference)
    whole = np.issubdtype(found.dtype, np.integer)
    if most > (1 if whole else 0.5 + FLOAT32) or (whole and others > found.size / 100):
        raise ValueError(f"{others} of {found.size} filled values differ, by up to {most}")
    if not whole:
        return f"{found.size:,} values, not rounded, within {most:.4f} of landloom's, which are"
    return f"{found.size:,} values, {'all equal' if not others else f'{others:,} of them 1 apart'}"


TWO_POINTERS, PIXEL_MAJOR = "two-pointer loop", "two-pointer loop, pixel-major"
LANDLOOM = Contestant("landloom", start_landloom)
SUBSET_NOTE = f"on {SUBSET} or some more of the pixels, series laid side by side beforehand; float64, not rounded"
PEERS = (
    Contestant(
        TWO_POINTERS,
        start_two_pointers,
        "the first version one writes, compiled by numba, on the same arrays",
        goal=5,
    ),
    Contestant(
        PIXEL_MAJOR,
        start_two_pointers_pixel_major,
        "the same loop on (pixels, bands, looks), turned round beforehand, in favour of the loop: not timed",
    ),
    Contestant("numpy.interp", start_numpy, f"a loop in Python over series; {SUBSET_NOTE}", most_threads=1),
    Contestant(
        "scipy",
        start_scipy,
        f"`make_interp_spline(k=1)`, a loop in Python over pixels, all bands at once; {SUBSET_NOTE}",
        most_threads=1,
    ),
    Contestant(
        "copying", start_copy, "reads and writes as many bytes, computes nothing: the floor set by the memory"
    ),
    Contestant(
        "OTB ImageTimeSeriesGapFilling", None, "absent from Debian's OTB, and no other application does the same work"
    ),
)
CASE = Case(
    module=__name__,
    title="Gap filling",
    description=(
        "Every pixel's clear looks are interpolated linearly in time onto the same dates, in memory: int16 of shape "
        "(looks, bands, pixels) and a mask in, (dates, bands, pixels) out. Clouds lie in patches, as real ones do."
    ),
    make=make,
    matches=tuple((LANDLOOM, peer) for peer in PEERS),
    check=check,
    goal_rate=2,
)
