"""Every check fires on a map that is bad in its way, and no other does; the findings are evaluated and told."""

from dataclasses import replace

import numpy as np
import pytest

from landloom.accuracy import class_counts
from landloom.accuracy.class_counts import TileCounts
from landloom.checks import evaluation, map_checks
from landloom.checks.file_borders import FileBorder
from landloom.checks.findings import Context, Finding, RunResult
from landloom.checks.seam_steps import Step
from landloom.checks.seams import Seam
from landloom.checks.settings import FailureThresholds, SanitySettings, WarningThresholds
from landloom.geo import grids, ownership
from landloom.geo.grids import Grid, Window
from landloom.maps.mosaic_counts import Agreement, MosaicCounts
from unit.geo.test_ownership import EAST, WEST

CHECKS = list(WarningThresholds.model_fields)
SHARES = {1: 5000, 2: 3000, 3: 2000}
TILES = ("A", "B", "C", "D")
PLACED = {name: Agreement(4000, 0) for name in TILES}
MOVED = PLACED | {"C": Agreement(4000, 1000)}
GROUND = Context(
    names={0: "unclassified", 1: "wheat", 2: "forest", 3: "water"},
    regions=("north", "south"),
    neighbours={"A": ["B"], "B": ["A", "C", "D"], "C": ["B", "D"], "D": ["B", "C"]},
    map_pixels=dict.fromkeys(TILES, 1.0),
    validity=MosaicCounts({0: 50_000, 7: 42_000}, PLACED),
    fewest_seam_pixels=100,
)


def tile(pixels, region=1):
    counts = {region: {0: 0, 1: 0, 2: 0, 3: 0} | pixels}
    return TileCounts(counts, {region: {code: number / 100 for code, number in counts[region].items()}})


def mosaics(**layers):
    return {layer: MosaicCounts(pixels, PLACED) for layer, pixels in layers.items()}


BORDER = FileBorder("0", "A", "own", "a.tif", 1000, 0.21, 0.20, 0.01, 0.02)
GOOD = RunResult(
    name="0",
    tiles={"A": tile(SHARES), "B": tile(SHARES), "C": tile(SHARES, 2), "D": tile({0: 100} | SHARES, 2)},
    mosaics=mosaics(
        classification={0: 60_000, 1: 20_100, 2: 11_900, 3: 8_000},
        confidence={0: 60_000, 40: 20_000, 90: 20_000},
    ),
    seams=[Seam("A", "B", 1000, 100)],
    reference={"north": {1: 45, 2: 40, 3: 15}, "south": {1: 50, 2: 25, 3: 25}},
    samples={"north": {1: 9, 2: 9, 3: 9}, "south": {1: 9, 2: 9, 3: 0}},
    steps=[Step("A", "B", 1000, 0.02, 0.1)],
    file_borders=[BORDER],
)


def evaluated(run=GOOD, ground=GROUND):
    return [evaluation.evaluate(finding, SanitySettings()) for finding in map_checks.findings(ground, run)]


def fired(**arguments):
    return {(one.check, one.place, one.status) for one in evaluated(**arguments) if one.status != "ok"}


def with_tiles(**tiles):
    """Return the good run with other tiles, and mosaics that agree with them."""
    everything = {**GOOD.tiles, **tiles}
    total = class_counts.add(pixels for counts in everything.values() for pixels in counts.pixels.values())
    confidence = {0: total[0], 50: sum(total.values()) - total[0]}
    return replace(GOOD, tiles=everything, mosaics=mosaics(classification=total, confidence=confidence))


def test_a_good_map_passes_all_checks():
    assert fired() == set()
    assert {one.check for one in evaluated()} == set(CHECKS)


BAD = {
    "a tile in cloud": (
        with_tiles(A=tile({0: 10_000})),
        {("unclassified_tile", "A", "warn"), ("unclassified_map", "", "warn")},
    ),
    "a map in cloud": (
        with_tiles(**{name: tile({0: 10_000}) for name in TILES}),
        {("unclassified_map", "", "fail"), *(("unclassified_tile", name, "warn") for name in TILES)},
    ),
    "a label that no class has": (
        replace(GOOD, mosaics=GOOD.mosaics | mosaics(classification={1: 20_000, 2: 12_000, 3: 8_000, 9: 1})),
        {("unknown_labels", "mosaic", "fail")},
    ),
    "a class that is trained and not mapped": (
        replace(GOOD, samples={"north": {1: 9, 2: 9, 3: 9, 4: 5}, "south": {}}),
        {("lost_classes", "north", "warn")},
    ),
    "a mosaic without a tile": (
        replace(GOOD, mosaics=GOOD.mosaics | mosaics(classification={1: 15_000, 2: 9_000, 3: 6_000})),
        {("mosaic", "classification", "fail")},
    ),
    "a mosaic of other classes": (
        replace(GOOD, mosaics=GOOD.mosaics | mosaics(classification={1: 18_000, 2: 14_000, 3: 8_000})),
        {("mosaic", "classification", "warn")},
    ),
    "a mosaic that is empty": (
        replace(GOOD, mosaics=mosaics(classification={0: 9}, confidence={0: 9})),
        {("mosaic", "classification", "fail")},
    ),
    "a mosaic that is too large": (
        replace(GOOD, mosaics=mosaics(classification={1: 40_000, 2: 24_000, 3: 16_000}, confidence={9: 80_000})),
        {("mosaic", "classification", "fail"), ("mosaic", "validity", "fail")},
    ),
    "a mosaic of confidence with holes": (
        replace(GOOD, mosaics=GOOD.mosaics | mosaics(confidence={0: 70_000, 90: 30_000})),
        {("mosaic", "confidence", "fail")},
    ),
    "a mosaic that lies beside a tile": (
        replace(
            GOOD,
            mosaics=GOOD.mosaics | {"classification": MosaicCounts(GOOD.mosaics["classification"].pixels, MOVED)},
        ),
        {("places", "classification", "fail")},
    ),
    "tiles that disagree": (replace(GOOD, seams=[Seam("A", "B", 1000, 500)]), {("seams", "A and B", "warn")}),
    "values that are higher from one tile on": (
        replace(GOOD, steps=[Step("A", "B", 1000, -0.2, 0.2), Step("B", "C", 99, 1.0, 1.0)]),
        {("seam_steps", "A and B", "warn")},
    ),
    "tiles that have nothing in common": (
        replace(GOOD, seams=[Seam("A", "B", 1000, 950), Seam("B", "C", 99, 99)]),
        {("seams", "A and B", "fail")},
    ),
    "files that do not fit together": (
        replace(GOOD, file_borders=[BORDER, replace(BORDER, file="b.tif", differing=0.4, typical=0.3)]),
        {("file_borders", "A, own", "warn")},
    ),
    "a tile unlike its neighbours": (
        with_tiles(D=tile({1: 0, 2: 0, 3: 10_000}, 2)),
        {("neighbour_fractions", "D", "warn")},
    ),
    "a map unlike its reference": (
        replace(GOOD, reference={"north": {1: 1, 2: 1, 3: 98}, "south": {}}),
        {("reference_fractions", "north", "warn")},
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_each_check_fires_on_a_map_that_is_bad_in_its_way(what):
    run, expected = BAD[what]
    assert fired(run=run) == expected


def test_every_check_fires_on_some_bad_map():
    assert {check for _, expected in BAD.values() for check, _, _ in expected} == set(CHECKS)


def test_what_is_not_there_is_not_compared():
    nothing = MosaicCounts({0: 9}, {"A": Agreement(0, 0)})
    empty = {"A": TileCounts({}, {})}
    alone = RunResult("0", empty, {"classification": nothing, "confidence": nothing}, [], {}, {})
    ground = replace(GROUND, neighbours={"A": []}, validity=nothing)
    assert {(one.check, one.value) for one in evaluated(run=alone, ground=ground)} == {("unknown_labels", 0.0)}
    one_tile = replace(
        alone, tiles={"A": tile(SHARES)}, mosaics=mosaics(classification=SHARES, confidence={8: 10_000})
    )
    found = evaluated(run=one_tile, ground=replace(ground, validity=MosaicCounts({3: 10_000}, PLACED)))
    assert {one.check for one in found} == set(CHECKS) - {
        "seams",
        "seam_steps",
        "file_borders",
        "neighbour_fractions",
        "lost_classes",
        "reference_fractions",
    }
    assert {one.status for one in found} == {"ok"}


def test_a_tile_that_owns_no_ground_is_no_neighbour_to_compare_with():
    run = replace(GOOD, tiles=GOOD.tiles | {"D": TileCounts({}, {})})
    places = [one.place for one in evaluated(run=run) if one.check == "neighbour_fractions"]
    assert places == ["A", "B", "C"]


def test_disagreement_is_a_distance_of_shares():
    draw = np.random.default_rng(2)
    for _ in range(200):
        one, other, third = (dict(enumerate(draw.integers(1, 50, 4).tolist(), draw.integers(3))) for _ in range(3))
        value = class_counts.disagreement(one, other)
        assert 0 <= value <= 1
        assert value == class_counts.disagreement(other, one)
        assert class_counts.disagreement(one, {code: 7 * pixels for code, pixels in one.items()}) == pytest.approx(0)
        assert value <= class_counts.disagreement(one, third) + class_counts.disagreement(third, other) + 1e-12
        # The share that has to move: what one has above the other.
        fractions = [{code: n / sum(pixels.values()) for code, n in pixels.items()} for pixels in (one, other)]
        moved = sum(max(0.0, fraction - fractions[1].get(code, 0.0)) for code, fraction in fractions[0].items())
        assert value == pytest.approx(moved)
    assert class_counts.disagreement({1: 3}, {2: 8}) == 1


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:32630", "EPSG:3857"])
def test_pixels_of_the_map_that_a_pixel_of_a_tile_is_worth(crs):
    for grid in (WEST, EAST):
        on = Grid(crs, 0.0, 0.0, 10.0, 10.0, 1, 1)
        x, y = grids.transformer(grid.crs, crs).transform(*grid.centres(Window(0, 0, grid.rows, grid.columns)))
        one = np.stack([np.diff(x, axis=1)[:-1], np.diff(y, axis=1)[:-1]])
        other = np.stack([np.diff(x, axis=0)[:, :-1], np.diff(y, axis=0)[:, :-1]])
        naive = np.abs(one[0] * other[1] - one[1] * other[0]).mean() / on.pixel_area
        assert ownership.map_pixels_per_pixel(grid, on) == pytest.approx(naive, rel=1e-4)


def test_levels_are_not_reached_by_being_equal_and_null_switches_off():
    half = Finding("seams", "0", "A and B", 0.5)
    for warn, fail, status in (
        (0.5, 0.5, "ok"),
        (0.4, 0.5, "warn"),
        (0.4, 0.49, "fail"),
        (0.6, 0.4, "fail"),
        (None, 0.4, "fail"),
        (0.4, None, "warn"),
        (None, None, "ok"),
    ):
        settings = SanitySettings(warn={"seams": warn}, fail={"seams": fail})
        assert evaluation.evaluate(half, settings).status == status


def test_every_check_has_both_levels():
    assert list(FailureThresholds.model_fields) == CHECKS


def test_findings_are_read_as_written(tmp_path):
    found = evaluated(run=BAD["a label that no class has"][0])
    odd = evaluation.evaluate(
        Finding("lost_classes", "1", "côte, d'or", 1 / 3, 'wheat, "spelt"\nétang'), SanitySettings()
    )
    (tmp_path / "s.csv").write_text(evaluation.as_csv([*found, odd]), encoding="utf-8")
    assert evaluation.read(tmp_path / "s.csv") == [*found, odd]


def test_findings_are_told_and_written_with_their_status(tmp_path, capsys):
    found = [Finding("lost_classes", "1", "", 1.0, "wheat"), Finding("lost_classes", "0", "", 0.0)]
    evaluation.write(iter(found), SanitySettings(), tmp_path / "s.csv")
    written = evaluation.read(tmp_path / "s.csv")
    assert written == [evaluation.evaluate(one, SanitySettings()) for one in found]
    assert capsys.readouterr().err.splitlines() == [f"{one.status}: {one}" for one in written]
    assert written[0].status != "ok"
    assert written[1].status == "ok"


def test_the_message_names_every_failure_its_level_and_key():
    found = [*evaluated(run=BAD["a mosaic without a tile"][0]), *evaluated(run=BAD["a label that no class has"][0])]
    lines = evaluation.failures(found, "2018", "results/2018/sanity.csv").splitlines()
    assert lines[0] == f"the map of 2018 fails 2 of {len(found)} checks, so no report is made of it:"
    assert lines[1] == "  mosaic, run 0, classification: 0.25 is above 0.1 (sanity.fail.mosaic)"
    assert "unknown_labels, run 0, mosaic" in lines[2]
    assert "(sanity.fail.unknown_labels): label 9" in lines[2]
    assert "results/2018/sanity.csv" in lines[3]
    assert len(lines) == 4
    assert evaluation.failures(evaluated(run=BAD["tiles that disagree"][0]), "2018", "x") == ""
