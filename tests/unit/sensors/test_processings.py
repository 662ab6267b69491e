"""The newest processing alone of each acquisition, whatever the order in which an archive lists them."""

import datetime
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.sensors import registry as sensors
from landloom.sensors.acquisition import Product
from landloom.sensors.processings import Processing, newest_alone
from unit.sensors.products import ALWAYS
from unit.sensors.products import settings as section

DAY = datetime.date(2018, 4, 1)
STRIPS = ("20180401T105026", "20180401T105028", "20180401T105341")
"""Starts of the same datastrip in two processings, and of another that shares the tile."""


def processing(time, baseline, made, strip):
    name = f"{time}_{baseline}_{made}_{strip}"
    return Processing(Product(DAY, name, name), (time,), (made,), baseline, lambda: strip)


ANY = st.builds(
    processing,
    st.sampled_from(["10", "11"]),
    st.sampled_from(["0207", "0500"]),
    st.integers(1, 4),
    st.sampled_from(STRIPS),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY, max_size=8), st.randoms(use_true_random=False))
def test_one_processing_of_each_half_is_read(several, random):
    found = newest_alone(several)
    assert {one.name for one in found} == {one.product.name for one in several}
    halves = defaultdict(list)
    for one in several:
        halves[one.sensing, one.strip_start() == STRIPS[2]].append(one)
    newest = {max(half, key=lambda one: one.rank).product.name: half for half in halves.values()}
    assert {one.name for one in found if not one.newer} == set(newest)
    superseded = {one.name: one.newer for one in found if one.newer}
    for name, newer in superseded.items():
        assert name in {one.product.name for one in newest[newer]}
    shuffled = random.sample(several, len(several))
    assert newest_alone(shuffled) == found


def test_halves_of_unknown_datastrips_are_the_parts_of_the_newest_baseline():
    def unknown(baseline, part):
        name = f"{baseline}_{part}"
        return Processing(Product(DAY, name, name), ("10",), (part,), baseline, lambda: "", part)

    found = newest_alone([unknown("0207", "a"), unknown("0500", "a"), unknown("0500", "b")])
    assert {one.name: one.newer for one in found} == {"0207_a": "0500_b", "0500_a": "", "0500_b": ""}


def make_safe(archive, discriminator, strip, where):
    """A .SAFE of which one folder tells the datastrip."""
    name = f"S2A_MSIL2A_20180401T105031_N0207_R051_T31TCJ_{discriminator}"
    inside = f"DATASTRIP/DS_VGS4_20180401T140000_S{strip}_N02.07/MTD_DS.xml"
    if where == "granule":
        inside = f"GRANULE/L2A_T31TCJ_A014488_{strip}/MTD_TL.xml"
    (archive / f"{name}.SAFE" / inside).parent.mkdir(parents=True)
    (archive / f"{name}.SAFE" / inside).touch()


@pytest.mark.parametrize("where", ["datastrip", "granule"])
def test_sen2cor_mended_and_issued_again(tmp_path, where):
    """Case: same sensing time, baseline and datastrip, other discriminator; the other half of a cut tile stays."""
    make_safe(tmp_path, "20180401T140000", STRIPS[0], where)
    make_safe(tmp_path, "20180402T093000", STRIPS[0], where)
    make_safe(tmp_path, "20180401T140500", STRIPS[2], where)
    found = sensors.find(section("sentinel2_sen2cor", tmp_path), "T31TCJ", *ALWAYS)
    assert [one.name[-15:] for one in found] == ["20180401T140500", "20180402T093000"]


def test_landsat_final_before_real_time(tmp_path):
    for tier in ("RT", "T1"):
        (tmp_path / "199029" / f"LC08_L2SP_199029_20180601_20180610_02_{tier}").mkdir(parents=True)
    found = sensors.find(section("landsat_c2", tmp_path), "199029", *ALWAYS)
    assert [one.name[-2:] for one in found] == ["T1"]
