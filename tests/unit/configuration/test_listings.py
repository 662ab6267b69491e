"""What the plan knows of archives: products of all places count for a tile once it is known where it lies."""

import dataclasses
import datetime
import os
from pathlib import Path

import pytest

from bad_input.inputs import small_configuration
from landloom.configuration import configuration
from landloom.configuration.listings import Listings
from landloom.configuration.plan import WorkflowPlan
from landloom.sensors import archive_listing
from landloom.sensors.sentinel1 import dem_folder, nearby
from landloom.sensors.sentinel1.nearby import Known
from unit.sensors.sentinel1.made_orbit import Scene
from unit.sensors.sentinel1.making import make_safe

HERE, THERE = [(0, 43), (3, 43), (3, 45), (0, 45)], [(100, 1), (103, 1), (103, 3), (100, 3)]
BOX = (1.0, 43.5, 2.0, 44.5)
PERIOD = (datetime.date(2021, 1, 1), datetime.date(2021, 12, 31))
TILE = "T31TCJ"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("data", "archive", "heights"):
        (tmp_path / name).mkdir()
    (tmp_path / "data/nomenclature.csv").write_text("label,name,color\n1,wood,#00ff00\n2,grass,#80ff00\n")
    (tmp_path / "heights/N43E001.hgt").touch()
    add(0, HERE)
    return tmp_path


def add(days: int, corners: list[tuple[int, int]]) -> Path:
    start = Scene().start + datetime.timedelta(days)
    return make_safe(Path("archive"), dataclasses.replace(Scene(), start=start, data_take=f"{days:06X}"), corners)


def plan_of(**changes: object) -> WorkflowPlan:
    radar = {"type": "sentinel1_grd", "archive": "archive", "dem": "heights", "heights": "ellipsoid"} | changes
    sections = {"years": {2021: None}, "tiles": [TILE], "grid": {"like": "{tile}.tif"}}
    return WorkflowPlan.of(configuration.parse(small_configuration(**sections, sensors={"s1": radar})))


def watched(**changes: object) -> list[list[str]]:
    return Listings(plan_of(**changes), shared=True).watched(TILE, "2021")


def survey(lines: list[list[str]]) -> None:
    """Keep what a survey keeps."""
    sections = plan_of().sensors.settings
    nearby.keep(archive_listing.known(sections, TILE, PERIOD, BOX, lines), archive_listing.memory(TILE, "2021"))


def test_before_the_survey_a_product_of_any_place_counts():
    before = watched()
    assert [(sensor, date, state) for sensor, date, _, state in before] == [("s1", "", "")]
    assert watched() == before
    add(12, THERE)
    assert watched() != before


def test_after_the_survey_those_near_the_tile_count():
    before = watched()
    survey(before)
    there = add(12, THERE)
    assert watched() == before
    here = add(24, HERE)
    assert watched() != before
    changed = watched()
    survey(changed)
    os.utime(there / "manifest.safe", ns=(1, 1))
    assert watched() == changed
    os.utime(here / "manifest.safe", ns=(1, 1))
    assert watched() != changed


def test_with_boxes_each_product_is_a_line():
    add(12, THERE)
    assert [date for _, date, *_ in watched(boxes={TILE: list(BOX)})] == ["2021-08-09"]


def test_an_archive_that_cannot_be_listed_is_told():
    (add(12, HERE) / "manifest.safe").unlink()
    ((sensor, _, problem, _),) = watched()
    assert sensor == ""
    assert "manifest.safe is missing" in problem


def test_days_count_as_products_of_archives_of_all_places():
    add(12, THERE)
    add(12 + 1, THERE)
    assert Listings(plan_of(), shared=True).number_of_products(TILE, "2021") == 3


def test_heights_near_the_tile_count():
    def ground() -> dict[str, str]:
        return Listings(plan_of(), shared=True).ground(TILE, "2021")

    before = ground()
    assert list(before) == ["s1"]
    files = dem_folder.listing(Path("heights"))
    known = Known(before["s1"], BOX, dem_folder.state(files, BOX))
    nearby.keep({"s1": known}, dem_folder.memory(TILE, "2021"))
    Path("heights/N10E100.hgt").touch()
    assert ground() == before
    Path("heights/N44E001.hgt").touch()
    assert ground() != before
    assert Listings(plan_of(dem="heights/N43E001.hgt"), shared=True).ground(TILE, "2021") == {}
