"""Plausibility checks of maps: unclassified area, agreement of classes, tiles and mosaics.

Every check gives values from 0 (perfect) to 1; the configuration sets the thresholds of warnings and failures.
CONTRIBUTING.md shows how to add a check. Differences between class fractions are expressed as quantity disagreement,
half the sum of the absolute differences: the fraction of pixels that would have to change class for one distribution
to become the other (total variation distance). Source: Pontius and Millones, Death to Kappa: birth of quantity
disagreement and allocation disagreement for accuracy assessment (International Journal of Remote Sensing 32, 2011).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from landloom.accuracy import class_counts
from landloom.accuracy.class_counts import TileCounts
from landloom.checks.findings import Context, Finding, Pixels, RunResult
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.maps.layers import MOSAICS


def _classified(pixels: Pixels) -> dict[int, float]:
    """Return the classes that have pixels."""
    return {code: number for code, number in pixels.items() if code != UNCLASSIFIED and number}


def _of_tile(tile: TileCounts) -> dict[int, float]:
    """Return a tile's pixels by class over all regions."""
    return class_counts.add(tile.pixels.values())


def _of_map(context: Context, run: RunResult) -> dict[int, float]:
    """Return the expected pixels of the mosaic by class."""
    parts = [
        {code: pixels * context.map_pixels[tile] for code, pixels in _of_tile(counts).items()}
        for tile, counts in run.tiles.items()
    ]
    return class_counts.add(parts)


def unclassified_map(context: Context, run: RunResult) -> Iterator[Finding]:
    """Yield the fraction of the map's area that has no class, or no value."""
    hectares = class_counts.add(area for counts in run.tiles.values() for area in counts.hectares.values())
    if total := sum(hectares.values()):
        yield Finding("unclassified_map", run.name, "", hectares.get(UNCLASSIFIED, 0) / total)


def unclassified_tiles(context: Context, run: RunResult) -> Iterator[Finding]:
    """Yield the fraction of each tile's pixels that has no class, or no value."""
    for tile, counts in run.tiles.items():
        pixels = _of_tile(counts)
        if total := sum(pixels.values()):
            yield Finding("unclassified_tile", run.name, tile, pixels.get(UNCLASSIFIED, 0) / total)


def _unknown_labels(context: Context, run: RunResult) -> Iterator[Finding]:
    mapped: dict[str, Pixels] = {tile: _of_tile(counts) for tile, counts in run.tiles.items()}
    mapped["mosaic"] = run.mosaics["classification"].pixels
    for place, pixels in mapped.items():
        classified = _classified(pixels)
        unknown = {code: number for code, number in classified.items() if code not in context.names}
        fraction = sum(unknown.values()) / sum(classified.values()) if classified else 0.0
        labels = ", ".join(f"label {code}" for code in sorted(unknown))
        yield Finding("unknown_labels", run.name, place, fraction, labels)


def _lost_classes(context: Context, run: RunResult) -> Iterator[Finding]:
    for region, pixels in _by_region(context, run).items():
        trained = set(_classified(run.samples.get(region, {})))
        if trained:
            lost = sorted(trained - set(pixels))
            names = ", ".join(context.names.get(code, str(code)) for code in lost)
            yield Finding("lost_classes", run.name, region, len(lost) / len(trained), names)


def _mosaics(context: Context, run: RunResult) -> Iterator[Finding]:
    """Compare the mosaic with its tiles, and the other layers with the map."""
    expected, found = _classified(_of_map(context, run)), _classified(run.mosaics["classification"].pixels)
    if expected or found:
        yield Finding("mosaic", run.name, "classification", _wrong_fraction(expected, found))
    mapped = sum(found.values())
    for layer, mosaic in {**run.mosaics, "validity": context.validity}.items():
        if layer != "classification" and mapped:
            filled = sum(number for value, number in mosaic.pixels.items() if value != MOSAICS[layer].empty)
            yield Finding("mosaic", run.name, layer, max(0.0, 1 - filled / mapped))


def places(context: Context, run: RunResult) -> Iterator[Finding]:
    """Compare the mosaics with the tiles at the places of a sample of pixels; the worst tile counts."""
    for layer, mosaic in {**run.mosaics, "validity": context.validity}.items():
        fractions = {tile: one.differing / one.compared for tile, one in mosaic.places.items() if one.compared}
        if fractions:
            tile, value = max(fractions.items(), key=lambda item: (item[1], item[0]))
            one = mosaic.places[tile]
            detail = f"tile {tile}: {one.differing} of {one.compared} pixels"
            yield Finding("places", run.name, layer, value, detail if value else "")


def _wrong_fraction(expected: Pixels, found: Pixels) -> float:
    """Return the fraction of expected pixels that are missing, of another class, or in excess; at most 1."""
    surplus = [found.get(code, 0) - expected.get(code, 0) for code in {*expected, *found}]
    wrong = max(sum(one for one in surplus if one > 0), -sum(one for one in surplus if one < 0))
    total = sum(expected.values())
    return min(1.0, wrong / total) if total else 1.0


def _seams(context: Context, run: RunResult) -> Iterator[Finding]:
    for seam in run.seams:
        if seam.compared >= context.fewest_seam_pixels:
            place = f"{seam.tile} and {seam.neighbour}"
            yield Finding("seams", run.name, place, seam.differing / seam.compared, f"{seam.compared} pixels")


def seam_steps(context: Context, run: RunResult) -> Iterator[Finding]:
    """Yield the difference of two tiles' means where both have values, as a fraction of the target's range."""
    for one in run.steps:
        if one.compared >= context.fewest_seam_pixels:
            detail = f"{one.step:+.4g}, mean difference {one.mean_difference:.4g}, {one.compared} pixels"
            value = min(1.0, abs(one.step) / context.span)
            yield Finding("seam_steps", run.name, f"{one.tile} and {one.neighbour}", value, detail)


def _file_borders(context: Context, run: RunResult) -> Iterator[Finding]:
    """Yield the step along the worst border of a file in each tile."""
    for (tile, sensor), found in groupby(run.file_borders, lambda one: (one.tile, one.sensor)):
        told = [one for one in found if one.compared >= context.fewest_seam_pixels]
        if told:
            worst = max(told, key=lambda one: one.step)
            yield Finding("file_borders", run.name, f"{tile}, {sensor}", worst.step, str(worst) if worst.step else "")


def _neighbour_fractions(context: Context, run: RunResult) -> Iterator[Finding]:
    """Compare tiles with their neighbours; the median is robust if fewer than half of the neighbours are wrong."""
    mapped = {tile: _classified(_of_tile(counts)) for tile, counts in run.tiles.items()}
    for tile, pixels in mapped.items():
        others = [mapped[name] for name in context.neighbours[tile] if mapped[name]]
        if pixels and others:
            value = median(class_counts.disagreement(pixels, other) for other in others)
            yield Finding(
                "neighbour_fractions",
                run.name,
                tile,
                value,
                _most_different(context, pixels, class_counts.add(others)),
            )


def _reference_fractions(context: Context, run: RunResult) -> Iterator[Finding]:
    for region, pixels in _by_region(context, run).items():
        reference = _classified(run.reference.get(region, {}))
        if reference:
            value = class_counts.disagreement(pixels, reference)
            yield Finding("reference_fractions", run.name, region, value, _most_different(context, pixels, reference))


def _by_region(context: Context, run: RunResult) -> dict[str, dict[int, float]]:
    """Return the hectares by class of each region with any."""
    found = {}
    for number, region in enumerate(context.regions, 1):
        parts = [counts.hectares.get(number, {}) for counts in run.tiles.values()]
        classified = _classified(class_counts.add(parts))
        if classified:
            found[region] = classified
    return found


def _most_different(context: Context, one: Pixels, other: Pixels) -> str:
    """Return the class whose fractions differ most, and both fractions."""
    of_one, of_other = sum(one.values()), sum(other.values())
    fractions = {code: (one.get(code, 0) / of_one, other.get(code, 0) / of_other) for code in sorted({*one, *other})}
    code, (here, there) = max(fractions.items(), key=lambda item: abs(item[1][0] - item[1][1]))
    return f"mostly {context.names.get(code, code)}: {100 * here:.1f} % here, {100 * there:.1f} % there"


@dataclass(frozen=True)
class Check:
    """Check of maps.

    Attributes
    ----------
    key : str
        Key in the configuration (``sanity.warn``, ``sanity.fail``) and in the table of findings.
    title, description : str
        Title in the report; description of its values, for the configuration.
    warn, fail : float or None
        Default thresholds; None: never.
    find : callable
        Returns the findings of a run.
    """

    key: str
    title: str
    description: str
    warn: float | None
    fail: float | None
    find: Callable[[Context, RunResult], Iterator[Finding]]


CHECKS = (
    Check(
        "unclassified_map",
        "Unclassified area, whole map",
        "unclassified fraction of the map",
        0.2,
        0.9,
        unclassified_map,
    ),
    Check(
        "unclassified_tile",
        "Unclassified area, by tile",
        "unclassified fraction of a tile's owned pixels",
        0.2,
        None,
        unclassified_tiles,
    ),
    Check(
        "unknown_labels",
        "Labels outside of the nomenclature",
        "fraction of the pixels of a tile or mosaic with a label that is not in the nomenclature",
        None,
        0.0,
        _unknown_labels,
    ),
    Check(
        "lost_classes",
        "Trained classes missing in a region's map",
        "fraction of a region's trained classes that are missing in its map",
        0.0,
        None,
        _lost_classes,
    ),
    Check(
        "mosaic",
        "Mosaic against its tiles",
        "fraction of the tiles' classified pixels that are missing, in excess, or of another class in the mosaic",
        0.02,
        0.1,
        _mosaics,
    ),
    Check(
        "places",
        "Mosaic at the places of its tiles' pixels",
        "fraction of a sample of a mosaic's pixels that differ from the tile's pixel at their place, or lie beside",
        0.001,
        0.02,
        places,
    ),
    Check(
        "seams",
        "Disagreement of tiles along their seams",
        "of two tiles: fraction of disagreeing pixels among those that both map along their seam",
        0.4,
        0.9,
        _seams,
    ),
    Check(
        "seam_steps",
        "Steps of values along seams",
        "with a `target`, of two tiles: difference of their mean values where both map along their seam, as a "
        "fraction of `target.range`",
        0.05,
        None,
        seam_steps,
    ),
    Check(
        "file_borders",
        "Steps along the borders of files of annual images",
        "of a tile and annual image: fraction of the pixels facing each other across the border of a file that "
        "differ in class beyond what is usual at lines beside it; the file with the greatest step counts",
        0.05,
        None,
        _file_borders,
    ),
    Check(
        "neighbour_fractions",
        "Class fractions of a tile against its neighbours'",
        "of a tile: fraction of classified pixels that would have to change class for its class fractions to be "
        "those of a neighbour (median over its neighbours)",
        0.6,
        None,
        _neighbour_fractions,
    ),
    Check(
        "reference_fractions",
        "Class fractions of a region against the reference's",
        "of a region: fraction of classified pixels that would have to change class for its class fractions to be "
        "those of the reference pixels",
        0.6,
        None,
        _reference_fractions,
    ),
)
"""Checks in the order of the configuration."""


def findings(context: Context, run: RunResult) -> Iterator[Finding]:
    """Yield the findings of all checks in the order of the configuration."""
    for check in CHECKS:
        yield from check.find(context, run)
