import datetime
from dataclasses import replace

import pytest

from landloom.sensors.sentinel1 import acquisitions, archive
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

SLICE_S = 25.0
FIRST = Scene(lines=16_668, line_interval=SLICE_S / 16_667)


def following(scene, slices=1, **changes):
    """Return a slice some slices later on the same pass."""
    start = scene.start + datetime.timedelta(seconds=SLICE_S * slices)
    argument = scene.argument + 360.0 / 5924.0 * SLICE_S * slices
    own = {"start": start, "argument": argument, "identifier": f"{round(100 * slices):04X}"}
    return replace(scene, **own | changes)


def slices(folder, *scenes):
    for one in scenes:
        making.make_safe(folder, one)
    return archive.slices(folder)


def joined(folder, *scenes):
    return acquisitions.joined(reversed(slices(folder, *scenes)))


def test_slices_of_a_pass_are_one_acquisition_in_time_order(tmp_path):
    third, second = following(FIRST, 2), following(FIRST)
    (one,) = joined(tmp_path, third, FIRST, second)
    assert [part.name.text for part in one.slices] == [scene.name for scene in (FIRST, second, third)]
    assert (one.name, one.date) == ("S1A_20210809T173953_049F13", datetime.date(2021, 8, 9))
    assert (one.direction, one.relative_orbit, one.relative_orbits) == ("ascending", 59, (59,))
    assert (one.polarisations, one.processors) == (("VV", "VH"), ((3, 31),))


def test_passes_data_takes_and_satellites_stay_apart(tmp_path):
    others = [
        replace(FIRST, data_take="049F14", identifier="0001"),
        replace(FIRST, mission="S1B", identifier="0002"),
        following(FIRST, 4 * 60, argument=136.0),  # 100 minutes later, under the same number by mistake
    ]
    assert [len(one.slices) for one in joined(tmp_path, FIRST, *others)] == [1, 1, 1, 1]


def test_a_pass_over_the_pole_is_two(tmp_path):
    """A data take across the northernmost point goes on southwards: the looks are from two sides."""
    found = joined(tmp_path, FIRST, following(FIRST, argument=100.0))
    assert [one.direction for one in found] == ["ascending", "descending"]


def test_a_pass_across_midnight_has_the_day_of_its_start(tmp_path):
    late = replace(FIRST, start=datetime.datetime(2021, 12, 31, 23, 59, 50))
    (one,) = joined(tmp_path, late, following(late))
    assert (one.date, len(one.slices)) == (datetime.date(2021, 12, 31), 2)


def test_a_pass_across_the_node_has_both_orbits(tmp_path):
    (one,) = joined(tmp_path, FIRST, following(FIRST, orbit=FIRST.orbit + 1))
    assert (one.relative_orbit, one.relative_orbits) == (59, (59, 60))
    assert acquisitions.why_unwanted(one, None, [60], []) == ""


@pytest.mark.parametrize(
    ("changes", "newest"),
    [
        ({"ipf": "003.40"}, True),
        ({"ipf": "002.90"}, False),
        ({"processed": "2022-01-01T00:00:00"}, True),
        ({"processed": "2021-08-09T20:19:57.999999"}, False),
        ({"ipf": "003.40", "processed": "2020-01-01T00:00:00"}, True),
        ({"identifier": "FFFF"}, True),
    ],
)
def test_the_newest_processing_is_read(tmp_path, changes, newest):
    other = replace(FIRST, **{"identifier": "0001", **changes})
    second = following(FIRST)
    several = slices(tmp_path, FIRST, other, second)
    kept, left = (other, FIRST) if newest else (FIRST, other)
    assert acquisitions.superseded(several) == {left.name: kept.name}
    (one,) = acquisitions.joined(several)
    assert [part.name.text for part in one.slices] == [kept.name, second.name]


def test_processings_whose_starts_differ_a_little(tmp_path):
    moved = following(FIRST, 0.08, ipf="003.40")
    assert acquisitions.superseded(slices(tmp_path, FIRST, moved)) == {FIRST.name: moved.name}


def test_neighbours_and_short_ends_are_no_processings(tmp_path):
    short = replace(following(FIRST), lines=2000)
    assert acquisitions.superseded(slices(tmp_path, FIRST, short, following(FIRST, 1.2))) == {}


def test_the_order_of_the_archive_does_not_matter(tmp_path):
    several = slices(tmp_path, FIRST, following(FIRST), replace(FIRST, ipf="003.40", identifier="0001"))
    for order in (several, several[::-1], several[1:] + several[:1]):
        assert acquisitions.joined(order) == acquisitions.joined(several)


def test_a_copy_counts_once(tmp_path):
    several = slices(tmp_path, FIRST)
    assert acquisitions.superseded(several * 2) == {}
    assert acquisitions.joined(several * 2) == acquisitions.joined(several)


def test_slices_over_a_box(tmp_path):
    second = following(FIRST)
    (one,) = joined(tmp_path, FIRST, second)
    west, south = making.corners(second)[3]
    near = acquisitions.over(one, (west, south, west + 0.01, south + 0.01))
    assert [part.name.text for part in near.slices] == [second.name]
    west, south = making.corners(FIRST)[3]
    assert acquisitions.over(one, (west, south, west + 0.01, south + 0.01)) == one  # the border between them
    assert acquisitions.over(one, (100.0, 0.0, 101.0, 1.0)) is None


def test_polarisations_are_those_of_all_slices(tmp_path):
    (one,) = joined(tmp_path, FIRST, following(FIRST, polarisations=("VV",), code="SV"))
    assert one.polarisations == ("VV",)


@pytest.mark.parametrize(
    ("direction", "orbits", "bands", "words"),
    [
        ("ascending", [59], ["VV"], ""),
        (None, [], ["VV", "VH"], ""),
        ("descending", [], ["VV"], "is ascending, not descending (`pass`)"),
        (None, [8, 7], ["VV"], "relative orbit 59 is not among [7, 8] (`orbits`)"),
        (None, [], ["HH", "HV"], "has no HH and HV (polarisations: VV, VH)"),
    ],
)
def test_filters(tmp_path, direction, orbits, bands, words):
    (one,) = joined(tmp_path, FIRST)
    assert acquisitions.why_unwanted(one, direction, orbits, bands) == words
