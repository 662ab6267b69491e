import dataclasses
import json
from datetime import date

import pytest

from landloom.core.errors import InputError
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand, Unverified
from landloom.survey import descriptions

SIGNED = "https://user:word@host.org/a/B4.tif?sig=secret&se=2030"


def acquisition(*bands, **changes):
    sources = bands or (RasterBand("a/B4.tif", 2, 0.5, -1000.0, nodata=(float("nan"),), bands_of_file=3),)
    names = [f"B{number}" for number, _ in enumerate(sources)]
    content = {
        "sensor": "s2",
        "tile": "T31TCJ",
        "date": date(2018, 5, 2),
        "product": "P",
        "bands": tuple(zip(names, sources, strict=True)),
        "masks": (Mask(RasterBand("a/mask.tif"), 3, (255,), ()),),
        "metadata": ("a/meta.xml",),
        "cut": "scene",
    }
    return Acquisition(**content | changes)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A folder with the files of an acquisition."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    for name in ("B4.tif", "mask.tif", "meta.xml"):
        (tmp_path / "a" / name).touch()
    return tmp_path


def test_what_is_written_is_read_again(archive):
    two = [acquisition(), acquisition(sensor="l8", masks=(), metadata=())]
    descriptions.write(two, "a.json")
    found = descriptions.read("a.json", ["s2", "l8", "unseen"])
    assert repr(found) == repr({"s2": two[:1], "l8": two[1:], "unseen": []})  # NaN is equal to nothing


def test_a_file_that_has_left_the_archive(archive):
    descriptions.write([acquisition()], "a.json")
    (archive / "a/mask.tif").unlink()
    with pytest.raises(InputError, match=r"sensors\.s2: a/mask\.tif of tile T31TCJ was removed from the archive"):
        descriptions.read("a.json", ["s2"])


@pytest.mark.parametrize("text", ["", "[]", '{"s2": [{}]}', '{"s2": [3]}', "[" * 100_000])
def test_damaged_files(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"a\.json: does not describe the acquisitions of a tile"):
        descriptions.read(tmp_path / "a.json", ["s2"])


def signed(folder, href=SIGNED, **item):
    (folder / "items.json").write_text(json.dumps({"features": [{"assets": {"red": {"href": href}}, **item}]}))
    itself = Unverified(f"{folder}/items.json#P", 9, "x")
    return acquisition(RasterBand(f"/vsicurl/{SIGNED}"), masks=(), metadata=(), unverified=(itself,))


def test_signatures_stay_in_their_item(tmp_path):
    one = signed(tmp_path)
    descriptions.write([one], tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text()
    assert "secret" not in text
    assert "word" not in text
    assert descriptions.read(tmp_path / "a.json", ["s2"]) == {"s2": [one]}


def test_an_address_relative_to_that_of_the_item(tmp_path):
    one = signed(tmp_path, "B4.tif?sig=secret&se=2030", **{"landloom:address": "https://user:word@host.org/a/x.json"})
    descriptions.write([one], tmp_path / "a.json")
    assert descriptions.read(tmp_path / "a.json", ["s2"]) == {"s2": [one]}


def test_an_item_that_has_lost_its_address(tmp_path):
    descriptions.write([signed(tmp_path)], tmp_path / "a.json")
    (tmp_path / "items.json").write_text("{}")
    with pytest.raises(
        InputError, match=r"items\.json: no longer contains the address https://host\.org/a/B4\.tif; "
    ):
        descriptions.read(tmp_path / "a.json", ["s2"])


def test_fingerprint_follows_how_files_are_read_and_not_where_they_lie():
    one = acquisition()
    (name, band), mask = one.bands[0], one.masks[0]
    moved = dataclasses.replace(band, path="/elsewhere/B4.tif")
    assert descriptions.fingerprint(one) == descriptions.fingerprint(
        acquisition(moved, metadata=("x",), tile="other")
    )
    others = [dataclasses.replace(band, **one) for one in ({"gain": 2.0}, {"number": 1}, {"path": "a/B5.tif"})]
    changed = [acquisition(band) for band in others]
    changed += [
        acquisition(masks=(dataclasses.replace(mask, invalid_bits=1),)),
        acquisition(masks_cover_nodata=False),
    ]
    assert len({descriptions.fingerprint(one) for one in [acquisition(), *changed]}) == len(changed) + 1
    assert name == "B0"
