"""Manifests are read once, and again where their files have changed."""

import datetime
import os
from pathlib import Path

import pytest

from landloom.sensors.sentinel1.manifest import Manifest
from landloom.sensors.sentinel1.manifest_memory import ManifestMemory

CORNERS = ((0.1, 43.0), (3.3, 43.4), (3.1, 45.1), (-0.2, 44.7))
MANIFEST = Manifest("ascending", 30, (3, 40), datetime.datetime(2021, 8, 9, 17, 39, 53, 123456), CORNERS)


class Reader:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Manifest:
        self.times += 1
        return MANIFEST


@pytest.fixture
def product(tmp_path: Path) -> Path:
    folder = tmp_path / "S1A.SAFE"
    folder.mkdir()
    (folder / "manifest.safe").write_text("manifest")
    return folder


def read(memory: Path | None, product: Path) -> int:
    """Return how often the manifest was read."""
    manifests, reader = ManifestMemory(memory), Reader()
    assert manifests.of(product, reader) == MANIFEST
    manifests.keep()
    return reader.times


def test_a_manifest_is_read_once(tmp_path, product):
    memory = tmp_path / "memory" / "one.json"
    assert [read(memory, product), read(memory, product)] == [1, 0]
    os.utime(product / "manifest.safe", ns=(1, 1))
    assert [read(memory, product), read(memory, product)] == [1, 0]


def test_a_packed_product_is_its_own_stamp(tmp_path):
    packed, memory = tmp_path / "S1A.zip", tmp_path / "one.json"
    packed.write_bytes(b"packed")
    assert [read(memory, packed), read(memory, packed)] == [1, 0]
    packed.write_bytes(b"packed again")
    assert read(memory, packed) == 1


def test_without_a_memory_or_a_file_it_is_read_each_time(tmp_path, product):
    assert [read(None, product), read(None, product)] == [1, 1]
    (product / "manifest.safe").unlink()
    assert [read(tmp_path / "one.json", product), read(tmp_path / "one.json", product)] == [1, 1]


def test_what_is_gone_is_forgotten(tmp_path, product):
    memory = tmp_path / "one.json"
    read(memory, product)
    other = product.rename(tmp_path / "S1B.SAFE")
    read(memory, other)
    assert str(product) not in memory.read_text()


def test_a_damaged_memory_is_none(tmp_path, product):
    memory = tmp_path / "one.json"
    for text in (
        "",
        "[]",
        '{"a": 1}',
        '{"a": ["stamp", "ascending"]}',
        '{"a": ["s", "ascending", 1, [3, 40], "x", []]}',
    ):
        memory.write_text(text)
        assert read(memory, product) == 1
