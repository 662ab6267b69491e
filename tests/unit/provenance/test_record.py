import dataclasses
import hashlib
import json
import subprocess

import numpy as np
import pytest
import rasterio
from affine import Affine

from landloom.core.errors import InputError
from landloom.provenance import record as provenance
from landloom.provenance.record import Code, Product, Source
from landloom.survey import source_files
from landloom.survey.source_files import SourceFile


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def small_provenance(**changes):
    products = {"map/é.csv": Product(1, "ab", True), "report.html": Product(2, "cd", False)}
    found = provenance.document(
        "2018",
        {"title": "x", "runs": 1},
        Code("0.1", {"train": "1f"}, {"kinds": ["a"]}),
        products,
        {"a b.tif": Source(3, "ef", "sensors.s2")},
    )
    return dataclasses.replace(found, **changes)


def test_written_is_read_again(tmp_path):
    found = small_provenance()
    provenance.write(found, tmp_path / "provenance.json")
    assert provenance.read(tmp_path / "provenance.json") == found
    lines = (tmp_path / "provenance.json").read_text().splitlines()
    assert sum("map/é.csv" in line for line in lines) == 1
    assert not any("map/é.csv" in line and "report.html" in line for line in lines)


def test_a_provenance_of_nothing_is_whole(tmp_path):
    found = small_provenance(products={}, inputs={})
    provenance.write(found, tmp_path / "provenance.json")
    assert provenance.read(tmp_path / "provenance.json") == found


def test_damaged_files_are_named_with_the_place(tmp_path):
    path = tmp_path / "provenance.json"
    provenance.write(small_provenance(), path)
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"provenance\.json: is damaged \(Invalid JSON"):
        provenance.read(path)
    path.write_text(whole.replace('"bytes": 3', '"bytes": "three"'))
    with pytest.raises(InputError, match=r"is damaged \(inputs\.a b\.tif\.bytes"):
        provenance.read(path)
    path.write_text(whole.replace(provenance.FORMAT, "landloom provenance 99"))
    with pytest.raises(InputError, match="is a `landloom provenance 99`"):
        provenance.read(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="is damaged"):
        provenance.read(path)
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        provenance.read(tmp_path / "none.json")


def test_inputs_of_all_tiles_once_with_all_their_uses(tmp_path):
    shared = SourceFile("s2", "P", "shared.zip", 7, "77")
    source_files.write([shared, SourceFile("s2", "P", "b.tif", 1, "11")], tmp_path / "one.csv")
    source_files.write([shared, dataclasses.replace(shared, sensor="s1")], tmp_path / "two.csv")
    source_files.write([SourceFile("s1", "dem", "N43E001.hgt", 5, "55")], tmp_path / "ground.csv")
    (tmp_path / "vectors.gdb").mkdir()
    for name in ("vectors.gdb/t1.gdbtable", "classes.csv"):
        (tmp_path / name).write_text(name)
    found = provenance.describe_inputs(
        [tmp_path / "one.csv", tmp_path / "two.csv"],
        {"reference": [str(tmp_path / "vectors.gdb")], "nomenclature": [str(tmp_path / "classes.csv")], "models": []},
        [tmp_path / "ground.csv"],
    )
    assert found == {
        "N43E001.hgt": Source(5, "55", "sensors.s1.dem"),
        "shared.zip": Source(7, "77", "sensors.s1, sensors.s2"),
        "b.tif": Source(1, "11", "sensors.s2"),
        str(tmp_path / "vectors.gdb/t1.gdbtable"): Source(23, sha256(b"vectors.gdb/t1.gdbtable"), "reference"),
        str(tmp_path / "classes.csv"): Source(11, sha256(b"classes.csv"), "nomenclature"),
    }
    assert list(found) == sorted(found)


def test_products_are_described_and_only_the_report_may_change(tmp_path):
    folder = tmp_path / "results/2018"
    (folder / "map").mkdir(parents=True)
    (folder / "report.html").write_text("<p>5 s")
    profile = {"driver": "GTiff", "width": 3, "height": 2, "count": 1, "dtype": "uint8", "nodata": 0}
    transform = Affine(10, 0, 500000, 0, -20, 4900000)
    with rasterio.open(folder / "map/a.tif", "w", crs="EPSG:32631", transform=transform, **profile) as dataset:
        dataset.write(np.ones((1, 2, 3), np.uint8))
    paths = [str(folder / "report.html"), str(folder / "map/a.tif")]
    found = provenance.describe_products(paths, folder, tmp_path / "memory.json", 2)
    assert list(found) == ["map/a.tif", "report.html"]
    assert found["report.html"] == Product(6, sha256(b"<p>5 s"), False, None)
    raster = found["map/a.tif"]
    assert raster.sha256 == sha256((folder / "map/a.tif").read_bytes())
    assert raster.reproducible
    assert dataclasses.asdict(raster.raster) == {
        "crs": "EPSG:32631",
        "transform": (10, 0, 500000, 0, -20, 4900000),
        "shape": (2, 3),
        "dtype": "uint8",
        "nodata": 0,
        "bands": 1,
    }


def git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def test_commit_and_edits_of_the_repository(tmp_path, monkeypatch):
    assert provenance.git_state(tmp_path) == (None, None)
    git(tmp_path, "init")
    (tmp_path / "code.py").write_text("1")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-m", "one")
    (tmp_path / "my.yaml").write_text("not tracked")
    commit, edited = provenance.git_state(tmp_path)
    assert len(commit) == 40
    assert edited is False
    (tmp_path / "code.py").write_text("2")
    assert provenance.git_state(tmp_path) == (commit, True)
    inner = tmp_path / "copy"
    inner.mkdir()
    assert provenance.git_state(inner) == (None, None), "the commit of another repository"
    monkeypatch.setenv("PATH", str(inner))
    assert provenance.git_state(tmp_path) == (None, None), "without git"


def test_the_run_tells_the_command_that_it_was_given(monkeypatch):
    monkeypatch.setenv(provenance.COMMAND_VARIABLE, "snakemake 'a b'")
    assert provenance.this_run().command == "snakemake 'a b'"
    monkeypatch.delenv(provenance.COMMAND_VARIABLE)
    assert provenance.this_run().command is None


def test_the_configuration_is_printed_for_another_run(tmp_path, capsys, monkeypatch):
    provenance.write(small_provenance(), tmp_path / "provenance.json")
    monkeypatch.setattr("sys.argv", ["provenance", str(tmp_path / "provenance.json")])
    provenance.main()
    assert json.loads(capsys.readouterr().out) == {"title": "x", "runs": 1}
