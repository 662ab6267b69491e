"""STAC items of annual layers: their files, by year and place."""

import json

import pytest

from landloom.core.errors import InputError
from landloom.sensors import registry
from unit.annual.making import TILE, YEAR, acquisition, settings

BOX = [0.0, 43.9, 0.2, 44.1]


def write(folder, name, href, year=2018, box=BOX, key="data"):
    item = {"type": "Feature", "stac_version": "1.0.0", "id": name, "bbox": box, "geometry": None}
    item |= {"properties": {"datetime": f"{year}-01-01T00:00:00Z"}, "assets": {key: {"href": href}}}
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(item))


def of_items(folder):
    return settings(folder, values="alphaearth", asset="data", file="{year}/*.tif")


def test_files_of_a_year_are_those_of_its_items(tmp_path):
    write(tmp_path, "b", "https://host/b.tif")
    write(tmp_path, "a", "a.tif")
    write(tmp_path, "c", "s3://bucket/c.tif", 2019)
    (tmp_path / "a.tif").touch()
    image = acquisition(of_items(tmp_path))
    assert [one.values.path for one in image.mosaic] == [str(tmp_path / "a.tif"), "/vsicurl/https://host/b.tif"]
    assert image.files == [str(tmp_path / "a.tif")]
    assert [one.name for one in image.unverified] == ["https://host/b.tif"]


def test_items_elsewhere_are_left_out(tmp_path):
    write(tmp_path, "a", "https://host/a.tif")
    write(tmp_path, "b", "https://host/b.tif", box=[10.0, 43.9, 10.2, 44.1])
    section = of_items(tmp_path)
    (product,) = registry.find(section, TILE, *YEAR)
    (shown,) = registry.over(section, [product], (0.1, 44.0, 0.3, 44.2))
    assert [one.values.name for one in registry.describe(section, "own", TILE, shown).mosaic] == [
        "https://host/a.tif"
    ]
    assert registry.over(section, [product], (50.0, 0.0, 51.0, 1.0)) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"href": "https://host/a.tif", "key": "other"}, "a: has no asset data; it has other"),
        ({"href": "https://host/a.tif?sig=1"}, "holds a signature or password"),
    ],
)
def test_items_that_cannot_be_read_are_refused(tmp_path, given, words):
    write(tmp_path, "a", **given)
    with pytest.raises(InputError, match=words):
        registry.find(of_items(tmp_path), TILE, *YEAR)
