"""Products that were made otherwise than their provenance says are named."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from landloom.core.checksums import FileDigest
from landloom.core.version import VERSION
from landloom.provenance import job_records, making
from landloom.provenance import record as provenance
from landloom.provenance.job_records import InputFile, JobRecord
from landloom.provenance.record import Code, Product, Provenance, Source

CONFIGURATION = {"model": {"trees": 10, "range": [1, 2]}, "seed": 1}
CLASSES = hashlib.sha256(b"classes").hexdigest()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    year = tmp_path / "results/2018"
    (year / "map").mkdir(parents=True)
    (year / "model.npz").write_bytes(b"model")
    profile = {"driver": "GTiff", "height": 2, "width": 2, "count": 1, "dtype": "uint8"}
    with rasterio.open(year / "map/a.tif", "w", **profile, transform=from_origin(0, 20, 10, 10)) as dataset:
        dataset.write(np.ones((1, 2, 2), np.uint8))
        dataset.update_tags(LANDLOOM_CONFIGURATION="c", LANDLOOM_CODE="d")
    return year


def digest_of(path: Path) -> FileDigest:
    content = path.read_bytes()
    return FileDigest(len(content), hashlib.sha256(content).hexdigest())


def records(folder: Path) -> Iterator[JobRecord]:
    model, mapped = (digest_of(folder / name) for name in ("model.npz", "map/a.tif"))
    trained = [InputFile("classes.csv", 7, 1, CLASSES)]
    params = {"model": "{'trees': 10, 'range': (1, 2)}", "seed": "1", "code": "'d'"}
    yield JobRecord("train", ["logs/2018/train.log"], params, trained, {"results/2018/model.npz": model})
    used = [InputFile("results/2018/model.npz", 5, 0, model.sha256)]
    params = {"config": "'c'", "code": "'d'"}
    yield JobRecord("classify", ["logs/2018/classify.log"], params, used, {"results/2018/map/a.tif": mapped})


def told(folder: Path) -> Provenance:
    found = {name: digest_of(folder / name) for name in ("model.npz", "map/a.tif")}
    products = {name: Product(one.bytes, one.sha256, True) for name, one in found.items()}
    return provenance.document(
        "2018", CONFIGURATION, Code(VERSION, {}, {}), products, {"classes.csv": Source(7, CLASSES, "nomenclature")}
    )


def contradictions(folder: Path, recorded: Provenance, *made: JobRecord) -> list[tuple[str, str]]:
    for one in made:
        job_records.write_to(job_records.path_of(one.log[0]), one)
    return list(making.contradictions(recorded, folder, making.of_year("2018", folder)))


def test_what_was_made_as_the_provenance_says(folder: Path) -> None:
    assert contradictions(folder, told(folder)) == []  # without any record, nothing can be said
    assert contradictions(folder, told(folder), *records(folder)) == []


def test_another_configuration_and_another_input(folder: Path) -> None:
    recorded = told(folder)
    other = replace(recorded, configuration={"model": {"trees": 20, "range": [1, 2]}, "seed": 1})
    assert contradictions(folder, other, *records(folder)) == [("model.npz", "made with another `model`")]
    other = replace(recorded, inputs={"classes.csv": Source(7, "0", "nomenclature")})
    assert contradictions(folder, other) == [("model.npz", "made of another classes.csv")]


def test_an_input_may_have_the_name_of_a_product(folder: Path) -> None:
    train, classify = records(folder)
    named = replace(train, inputs=[InputFile("map/a.tif", 7, 1, CLASSES)])
    assert contradictions(folder, told(folder), named, classify) == []


def test_bytes_that_no_job_has_recorded_and_tags_of_another_job(folder: Path) -> None:
    train, classify = records(folder)
    assert contradictions(folder, told(folder), train) == [("map/a.tif", "no job has recorded these bytes")]
    other = replace(classify, params={"config": "'e'", "code": "'d'"})
    assert contradictions(folder, told(folder), other) == [
        ("map/a.tif", "its tag LANDLOOM_CONFIGURATION is not that of its job")
    ]


def test_an_edited_provenance(folder: Path) -> None:
    job = JobRecord(
        "provenance",
        ["logs/2018/provenance.log"],
        {"configuration": repr(CONFIGURATION), "digests": "{}", "members": "{}"},
        [],
        {"results/2018/provenance.json": FileDigest(1, "0")},
    )
    assert contradictions(folder, told(folder), *records(folder), job) == []
    other = replace(told(folder), configuration={**CONFIGURATION, "title": "of others"})
    assert contradictions(folder, other) == [("provenance.json", "its job was told another `configuration`")]
