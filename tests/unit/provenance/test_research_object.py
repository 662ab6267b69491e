"""The rules of RO-Crate 1.1 and of the profile Process Run Crate 0.5, by hand, hold for what is written."""

import json
from urllib.parse import unquote

import pytest

from landloom.core.checksums import FileDigest
from landloom.provenance import record as provenance
from landloom.provenance import research_object
from landloom.provenance.record import Code, Product, Source

SENSORS = {"s2": {"licence": "CC-BY-4.0", "attribution": "Copernicus"}, "s1": {"archive": "a"}}
SECRET = "https://me:hunter2@host/a.tif?token=abcdef123456"
OWN = {"provenance.json": FileDigest(8, "aa" * 32), "stac.json": FileDigest(9, "bb" * 32)}


@pytest.fixture
def crate(tmp_path):
    products = {"map/run0/à b.tif": Product(1, "cd" * 32, True), "report.html": Product(2, "ef" * 32, False)}
    inputs = {
        SECRET: Source(3, "01" * 32, "sensors.s2"),
        "archive/b.tif": Source(4, "02" * 32, "sensors.s2"),
        "r.gpkg": Source(5, "03" * 32, "reference"),
    }
    configuration = {"title": "Été", "tiles": ["A", "B"], "sensors": SENSORS, "address": SECRET}
    found = provenance.document("2018", configuration, Code("0.1", {}, {}), products, inputs)
    path = tmp_path / research_object.FILE
    research_object.write(research_object.document(found, OWN, ("2018-01-01", "2018-12-31")), path)
    return json.loads(path.read_text(encoding="utf-8"))


def entity(crate, name):
    (found,) = (one for one in crate["@graph"] if one["@id"] == name)
    return found


def references(value):
    """Yield all identifiers that an entity refers to."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        yield value["@id"]


def test_the_descriptor_is_about_the_root_and_names_the_specification(crate):
    assert crate["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    descriptor = entity(crate, "ro-crate-metadata.json")
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert {"@id": "https://w3id.org/ro/crate/1.1"} in descriptor["conformsTo"]


def test_the_root_has_what_every_root_must(crate):
    root = entity(crate, "./")
    assert root["@type"] == "Dataset"
    assert all(root[key] for key in ("name", "description", "datePublished", "license"))
    assert root["name"] == "Été, 2018"
    assert root["conformsTo"] == [{"@id": "https://w3id.org/ro/wfrun/process/0.5"}]


def test_every_entity_is_there_once_with_a_type_and_nothing_refers_to_none(crate):
    names = [one["@id"] for one in crate["@graph"]]
    assert len(names) == len(set(names))
    assert all(one["@type"] and one.get("name", one["@id"]) for one in crate["@graph"])
    elsewhere = {"https://w3id.org/ro/crate/1.1", "http://schema.org/CompletedActionStatus"}
    for one in crate["@graph"]:
        for key, value in one.items():
            assert key == "@id" or set(references(value)) <= {*names, *elsewhere}, key


def test_files_are_parts_with_size_checksum_and_type(crate):
    parts = [entity(crate, one["@id"]) for one in entity(crate, "./")["hasPart"]]
    assert {unquote(one["@id"]): (one["contentSize"], one["sha256"]) for one in parts} == {
        "map/run0/à b.tif": ("1", "cd" * 32),
        "report.html": ("2", "ef" * 32),
        "provenance.json": ("8", "aa" * 32),
        "stac.json": ("9", "bb" * 32),
    }
    assert all(one["@type"] == "File" for one in parts)
    assert all(" " not in one["@id"] and one["@id"].isascii() for one in parts)
    assert entity(crate, "report.html")["encodingFormat"] == "text/html"


def test_the_run_has_an_instrument_objects_and_results(crate):
    run = entity(crate, "#run")
    assert run["@type"] == "CreateAction"
    assert {"@id": "#run"} in entity(crate, "./")["mentions"]
    assert entity(crate, run["instrument"]["@id"])["@type"] == "SoftwareApplication"
    assert entity(crate, "#landloom")["softwareVersion"] == "0.1"
    assert run["result"] == entity(crate, "./")["hasPart"]
    used = [entity(crate, one["@id"])["name"] for one in run["object"]]
    assert used == ["configuration", "reference: r.gpkg", "sensors.s2: archive/b.tif and 1 more"]
    assert "agent" not in run


def test_no_secret_is_written_and_the_sources_are_credited(crate):
    text = json.dumps(crate)
    assert "hunter2" not in text
    assert "abcdef123456" not in text
    assert json.loads(entity(crate, "#configuration")["value"])["title"] == "Été"
    assert "s2: CC-BY-4.0 Copernicus" in entity(crate, "#licence")["description"]
