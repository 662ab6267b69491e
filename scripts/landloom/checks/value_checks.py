"""Checks of maps of a target: those of :mod:`landloom.checks.map_checks` that are not of classes."""

from collections.abc import Iterator, Mapping

from landloom.accuracy import class_counts
from landloom.checks.findings import Context, Finding, RunResult
from landloom.checks.map_checks import places, seam_steps, unclassified_map, unclassified_tiles

EMPTY = 0
"""Number by which pixels without a value are counted, in tiles and mosaics."""


def findings(context: Context, run: RunResult) -> Iterator[Finding]:
    """Yield what all checks find in the map of a run; mosaics count pixels with a value as 1, others as 0."""
    yield from unclassified_map(context, run)
    yield from unclassified_tiles(context, run)
    yield from mosaics(context, run)
    yield from places(context, run)
    yield from seam_steps(context, run)


def mosaics(context: Context, run: RunResult) -> Iterator[Finding]:
    """Compare the number of pixels with a value in each mosaic with that of its tiles."""
    expected = sum(
        context.map_pixels[tile] * _filled(class_counts.add(counts.pixels.values()))
        for tile, counts in run.tiles.items()
    )
    for layer, mosaic in run.mosaics.items():
        found = _filled(mosaic.pixels)
        if expected or found:
            yield Finding("mosaic", run.name, layer, min(1.0, abs(found / expected - 1)) if expected else 1.0)


def _filled(pixels: Mapping[int, float]) -> float:
    """Return the number of pixels with a value."""
    return sum(number for code, number in pixels.items() if code != EMPTY)
