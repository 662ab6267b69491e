"""Whether the maps of a year are sane: how much is unclassified, whether classes, tiles and mosaics agree.

Every check gives values from 0, as it should be, to 1; above which of them to warn or to stop is the configuration's
to say. Differences between shares of classes are told as quantity disagreement, half the sum of the absolute
differences: the share of pixels that would have to change class for one distribution to become the other. It is the
total variation distance of probability theory. Source: Pontius and Millones, Death to Kappa: birth of quantity
disagreement and allocation disagreement for accuracy assessment (International Journal of Remote Sensing 32, 2011).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from shapely.geometry import Polygon

from landloom.accuracy import class_counts
from landloom.accuracy.class_counts import Counts
from landloom.checks.seams import Seam
from landloom.checks.verdicts import Finding
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import grids
from landloom.geo.grids import Grid
from landloom.maps.layers import NO_PERCENT

Pixels = Mapping[int, float]
"""Class code: pixels."""


@dataclass(frozen=True)
class Ground:
    """What holds for all runs.

    Attributes
    ----------
    names : dict of code: str
        Of the nomenclature.
    regions : list of str
        Their numbers count from 1.
    neighbours : dict of tile: list of tiles
    map_pixels : dict of tile: float
        How many pixels of the map a pixel of the tile is worth.
    validity : dict of value: pixels
        Of the mosaic of clear looks.
    fewest_seam_pixels : int
    """

    names: Mapping[int, str]
    regions: Sequence[str]
    neighbours: Mapping[str, Sequence[str]]
    map_pixels: Mapping[str, float]
    validity: Pixels
    fewest_seam_pixels: int


@dataclass(frozen=True)
class Run:
    """What one run made.

    Attributes
    ----------
    name : str
    tiles : dict of tile: Counts
    mosaics : dict of layer: Pixels
        Pixels by value, ``classification`` among them.
    seams : list of Seam
    reference, samples : dict of region: Pixels
        Pixels of the reference polygons, and those of them that were drawn to train; regions without are not there.
    """

    name: str
    tiles: Mapping[str, Counts]
    mosaics: Mapping[str, Pixels]
    seams: Sequence[Seam]
    reference: Mapping[str, Pixels]
    samples: Mapping[str, Pixels]


def findings(ground: Ground, run: Run) -> Iterator[Finding]:
    """Yield what all checks find, in the order in which the configuration names them."""
    checks: tuple[Callable[[Ground, Run], Iterator[Finding]], ...] = (
        _unclassified_map,
        _unclassified_tiles,
        _foreign_labels,
        _lost_classes,
        _mosaics,
        _seams,
        _neighbour_shares,
        _reference_shares,
    )
    for check in checks:
        yield from check(ground, run)


def map_pixels_per_pixel(tile: Grid, on: Grid) -> float:
    """Return how many pixels of the map's grid a pixel of a tile is worth, on average over the tile."""
    x, y = grids.transformer(tile.crs, on.crs).transform(*tile.outline().exterior.xy)
    return Polygon(zip(x, y, strict=True)).area / on.pixel_area / (tile.rows * tile.columns)


def _classified(pixels: Pixels) -> dict[int, float]:
    """Return the classes that have pixels."""
    return {code: number for code, number in pixels.items() if code != UNCLASSIFIED and number}


def _of_tile(regions: Counts) -> dict[int, float]:
    """Return a tile's pixels by class, its regions together."""
    return class_counts.add(regions.values())


def _of_map(ground: Ground, run: Run) -> dict[int, float]:
    """Return the pixels by class that the mosaic should have."""
    parts = [
        {code: pixels * ground.map_pixels[tile] for code, pixels in _of_tile(regions).items()}
        for tile, regions in run.tiles.items()
    ]
    return class_counts.add(parts)


def _unclassified_map(ground: Ground, run: Run) -> Iterator[Finding]:
    pixels = _of_map(ground, run)
    if total := sum(pixels.values()):
        yield Finding("unclassified_map", run.name, "", pixels.get(UNCLASSIFIED, 0) / total)


def _unclassified_tiles(ground: Ground, run: Run) -> Iterator[Finding]:
    for tile, regions in run.tiles.items():
        pixels = _of_tile(regions)
        if total := sum(pixels.values()):
            yield Finding("unclassified_tile", run.name, tile, pixels.get(UNCLASSIFIED, 0) / total)


def _foreign_labels(ground: Ground, run: Run) -> Iterator[Finding]:
    mapped: dict[str, Pixels] = {tile: _of_tile(regions) for tile, regions in run.tiles.items()}
    mapped["mosaic"] = run.mosaics["classification"]
    for place, pixels in mapped.items():
        classified = _classified(pixels)
        foreign = {code: number for code, number in classified.items() if code not in ground.names}
        share = sum(foreign.values()) / sum(classified.values()) if classified else 0.0
        labels = ", ".join(f"label {code}" for code in sorted(foreign))
        yield Finding("foreign_labels", run.name, place, share, labels)


def _lost_classes(ground: Ground, run: Run) -> Iterator[Finding]:
    for region, pixels in _by_region(ground, run).items():
        trained = set(_classified(run.samples.get(region, {})))
        if trained:
            lost = sorted(trained - set(pixels))
            names = ", ".join(ground.names.get(code, str(code)) for code in lost)
            yield Finding("lost_classes", run.name, region, len(lost) / len(trained), names)


def _mosaics(ground: Ground, run: Run) -> Iterator[Finding]:
    """Compare the map with the tiles that it was made of, and the other layers with the map."""
    expected, found = _classified(_of_map(ground, run)), _classified(run.mosaics["classification"])
    if expected or found:
        yield Finding("mosaic", run.name, "classification", _wrong_share(expected, found))
    mapped = sum(found.values())
    for layer, pixels in {**run.mosaics, "validity": ground.validity}.items():
        if layer != "classification" and mapped:
            nothing = NO_PERCENT if layer in ("margin", "entropy") else UNCLASSIFIED
            filled = sum(number for value, number in pixels.items() if value != nothing)
            yield Finding("mosaic", run.name, layer, max(0.0, 1 - filled / mapped))


def _wrong_share(expected: Pixels, found: Pixels) -> float:
    """Return the share of the expected pixels that are lacking or of another class, or are too many; at most 1."""
    surplus = [found.get(code, 0) - expected.get(code, 0) for code in {*expected, *found}]
    wrong = max(sum(one for one in surplus if one > 0), -sum(one for one in surplus if one < 0))
    total = sum(expected.values())
    return min(1.0, wrong / total) if total else 1.0


def _seams(ground: Ground, run: Run) -> Iterator[Finding]:
    for seam in run.seams:
        if seam.compared >= ground.fewest_seam_pixels:
            place = f"{seam.tile} and {seam.neighbour}"
            yield Finding("seams", run.name, place, seam.differing / seam.compared, f"{seam.compared} pixels")


def _neighbour_shares(ground: Ground, run: Run) -> Iterator[Finding]:
    """Compare tiles with their neighbours; the median stays sane while fewer than half of the neighbours are odd."""
    mapped = {tile: _classified(_of_tile(regions)) for tile, regions in run.tiles.items()}
    for tile, pixels in mapped.items():
        others = [mapped[name] for name in ground.neighbours[tile] if mapped[name]]
        if pixels and others:
            value = median(class_counts.disagreement(pixels, other) for other in others)
            yield Finding(
                "neighbour_shares", run.name, tile, value, _most_different(ground, pixels, class_counts.add(others))
            )


def _reference_shares(ground: Ground, run: Run) -> Iterator[Finding]:
    for region, pixels in _by_region(ground, run).items():
        reference = _classified(run.reference.get(region, {}))
        if reference:
            value = class_counts.disagreement(pixels, reference)
            yield Finding("reference_shares", run.name, region, value, _most_different(ground, pixels, reference))


def _by_region(ground: Ground, run: Run) -> dict[str, dict[int, float]]:
    """Return the classified pixels of each region that has some."""
    found = {}
    for number, region in enumerate(ground.regions, 1):
        parts = [
            {code: pixels * ground.map_pixels[tile] for code, pixels in regions.get(number, {}).items()}
            for tile, regions in run.tiles.items()
        ]
        classified = _classified(class_counts.add(parts))
        if classified:
            found[region] = classified
    return found


def _most_different(ground: Ground, one: Pixels, other: Pixels) -> str:
    """Return the class whose shares differ most, and the two shares."""
    of_one, of_other = sum(one.values()), sum(other.values())
    shares = {code: (one.get(code, 0) / of_one, other.get(code, 0) / of_other) for code in sorted({*one, *other})}
    code, (here, there) = max(shares.items(), key=lambda item: abs(item[1][0] - item[1][1]))
    return f"most by {ground.names.get(code, code)}: {100 * here:.1f} % here, {100 * there:.1f} % there"
