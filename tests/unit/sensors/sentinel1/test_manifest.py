import datetime

import pytest

from landloom.core.errors import InputError
from landloom.sensors.sentinel1 import manifest
from unit.sensors.sentinel1 import making
from unit.sensors.sentinel1.made_orbit import Scene

CORNERS = [(1.5, 46.0), (4.9, 46.4), (5.2, 44.9), (1.9, 44.5)]
TEXT = making.manifest(Scene(), CORNERS)


def test_what_a_manifest_says():
    found = manifest.read(TEXT, "m")
    assert (found.direction, found.relative_orbit, found.ipf) == ("ascending", 59, (3, 31))
    assert found.processed == datetime.datetime(2021, 8, 9, 20, 19, 58)
    assert found.footprint == tuple(CORNERS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("ASCENDING", "UP", "pass is 'up', not ascending or descending"),
        ('version="003.31"', 'version="3"', "version of software is '3', not as 003.40"),
        (">59<", ">176<", "relativeOrbitNumber is '176', not 1 to 175"),
        (">59<", "><", "relativeOrbitNumber is missing"),
        ('ID="processing"', 'ID="other"', "metadataObject processing is missing"),
        ('stop="2021-08-09T20:19:58.000000"', 'stop="yesterday"', "stop of processing is 'yesterday'"),
        ("46.000000,1.500000", "46.000000", "not latitude,longitude"),
        ("46.000000,1.500000", "146.0,1.5", "not latitude,longitude"),
        ("46.000000,1.500000", "nan,1.5", "not latitude,longitude"),
        ("coordinates", "coords", "coordinates is missing; is it a manifest of Sentinel-1"),
        ("</xfdu:XFDU>", "", "not well-formed XML"),
        ("<xfdu:XFDU", '<!DOCTYPE x [<!ENTITY a "b">]><xfdu:XFDU', "declares entities"),
    ],
)
def test_wrong_manifests_name_file_and_element(old, new, words):
    assert old in TEXT
    with pytest.raises(InputError, match=rf"^product p: manifest\.safe: .*{words}"):
        manifest.read(TEXT.replace(old, new), "product p: manifest.safe")


def test_a_text_that_is_cut():
    for end in (10, len(TEXT) // 3, len(TEXT) - 5):
        with pytest.raises(InputError, match="not well-formed"):
            manifest.read(TEXT[:end], "m")
