"""Vector files and classifiers are checked in a process of their own as they would be here."""

import subprocess

import geopandas as gpd
import pytest
from shapely.geometry import box

from landloom.configuration import costly_checks
from landloom.configuration.configuration import parse


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A configuration whose regions and classifier are both wrong until they are mended."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit('a module of the user')")
    shapes = [box(number, 44, number + 1, 45) for number in range(2)]
    gpd.GeoDataFrame({"crop": ["é", "b"]}, geometry=shapes, crs="EPSG:4326").to_file("fields.gpkg")

    def made(region, parameter):
        series = {"type": "series", "archive": "a", "file": "{tile}_{date}.tif", "bands": {"B4": 1}}
        regions = {"file": "fields.gpkg", "field": "crop", "names": [region]}
        content = {"years": {2018: None}, "tiles": ["T"], "sensors": {"s": series}, "nomenclature": "classes.csv"}
        content |= {"reference": {"file": "fields.gpkg", "field": "crop"}, "regions": regions}
        return parse(content | {"model": {"type": "sklearn", "classifier": "SVC", "parameters": parameter}})

    return made


def test_messages_are_those_of_this_process_and_what_is_valid_is_remembered(settings, tmp_path):
    given, memory = settings("è", {"C": 2.0}), tmp_path / "memory"
    found = costly_checks.problems_found_aside(given, memory)
    assert [line.partition(".")[0] for line in found] == ["regions"]
    assert found == costly_checks.problems(given, None)
    assert len(list(memory.iterdir())) == 1
    wrong = costly_checks.problems(settings("è", {"C": "much"}), None)
    assert [line.partition(".")[0] for line in wrong] == ["regions", "model"]


def test_what_is_valid_needs_no_process(settings, tmp_path, monkeypatch):
    given, memory = settings("é", {"C": 2.0}), tmp_path / "memory"
    assert costly_checks.problems(given, memory) == []
    assert len(list(memory.iterdir())) == 2
    monkeypatch.setattr(subprocess, "run", None)
    assert costly_checks.problems_found_aside(given, memory) == []
