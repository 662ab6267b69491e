"""CRSs of GeoJSON: no address is asked for one, and no unknown name passes as EPSG:4326."""

import json

import pytest

from landloom.geo import vector_files
from landloom.geo.opening import geojson_crs, vector_doors
from landloom.geo.opening.geopackages import RefusedVectorError
from landloom.geo.vector_files import VectorFile

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
ADDRESS = {"href": "http://127.0.0.1:9/crs", "url": "http://127.0.0.1:9/crs", "name": "http://127.0.0.1:9/crs"}


def text(crs, /, **properties):
    feature = {"type": "Feature", "properties": {"code": 1} | properties, "geometry": SQUARE}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]})


def refused(path, content, message):
    path.write_text(content)
    with pytest.raises(RefusedVectorError, match=message):
        vector_doors.judge(str(path))


@pytest.mark.parametrize("kind", ["link", "url", "LINK"])
@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.geojsonl"])
def test_addresses_are_not_asked(tmp_path, kind, name):
    refused(tmp_path / name, text({"type": kind, "properties": ADDRESS}), "has its CRS at an address")


@pytest.mark.parametrize("key", ['"CRS"', "'crs'", r'"\u0063rs"', r'"c\u0052\u0073"', '"crs" ' + " " * 1000])
def test_however_the_member_is_written(tmp_path, key):
    content = text({"type": "link", "properties": ADDRESS}).replace('"crs"', key)
    refused(tmp_path / "a.geojson", content, "has its CRS at an address")


@pytest.mark.parametrize(
    "crs",
    [
        '{"pad": "' + "x" * geojson_crs.MOST_BYTES + '", "type": "link"}',
        "/* */ {}",
        " " * geojson_crs.MOST_BYTES + "{}",
        "{'type': 'link'}",
    ],
)
def test_what_cannot_be_told_is_refused(tmp_path, crs):
    refused(tmp_path / "a.geojson", text(None).replace("null", crs), "has a member `crs` that cannot be told")


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::99999", "nonsense", ADDRESS["name"], None, "/etc/passwd"])
def test_unknown_names_do_not_pass_as_degrees(tmp_path, name):
    refused(tmp_path / "a.geojson", text({"type": "name", "properties": {"name": name}}), "CRS of an unknown name")


@pytest.mark.parametrize(
    ("crs", "epsg"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32631"}}, 32631),
        ({"type": "name", "properties": {"name": "EPSG:2154"}}, 2154),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, 4326),
        ({"type": "EPSG", "properties": {"code": 32631}}, 32631),
    ],
)
def test_codes_are_taken(tmp_path, crs, epsg):
    path = tmp_path / "a.geojson"
    path.write_text(text(crs, crs="a text", type="link"))
    assert vector_files.read(VectorFile("reference.file", str(path))).crs.to_epsg() == epsg


def test_the_end_of_a_large_file_is_read_too(tmp_path, monkeypatch):
    monkeypatch.setattr(geojson_crs, "_CHUNK_BYTES", 100)
    content = text(None, note="x" * 3 * geojson_crs.MOST_BYTES)[:-1]
    for before in range(95, 105):
        end = ', "' + "y" * before + '": 1, "crs": {"type": "link"}}'
        refused(tmp_path / "a.geojson", content + end, "has its CRS at an address")
