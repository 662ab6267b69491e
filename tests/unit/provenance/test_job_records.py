"""A record says what a job has made, of what and how."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from landloom.core.checksums import FileDigest
from landloom.provenance import job_records
from landloom.provenance.job_records import InputFile


class Named(list[Any]):
    """Files or parameters as Snakemake gives them: a list, some of it with names."""

    def __init__(self, **named: Any) -> None:
        flat = [one for value in named.values() for one in (value if isinstance(value, list) else [value])]
        super().__init__(flat)
        self.named = named

    def get(self, name: str, default: Any = None) -> Any:
        return self.named.get(name, default)

    def items(self) -> Any:
        return self.named.items()


def script(log: str, inputs: Named, outputs: Named, **params: Any) -> Any:
    return SimpleNamespace(
        rule="rule", log=[log], input=inputs, output=outputs, params=Named(**params), resources=None
    )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in (("classes.csv", b"1"), ("results/2018/tiles/T/samples.csv", b"22")):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
    return tmp_path


MAKING = ("logs/2018/tiles/T/samples.log", Named(), Named(samples="results/2018/tiles/T/samples.csv"))


def test_a_record_lies_with_the_products_and_tells_all(work: Path) -> None:
    inputs = Named(classes="classes.csv", folder=["results"], again=["classes.csv"])
    outputs = Named(samples="results/2018/tiles/T/samples.csv")
    job_records.write(script("logs/2018/tiles/T/samples.log", inputs, outputs, model={"trees": 10}, code="ab"))
    found = job_records.read("results/2018/records/tiles/T/samples.json")
    assert found
    assert (found.rule, found.log) == ("rule", ["logs/2018/tiles/T/samples.log"])
    assert found.params == {"model": "{'trees': 10}", "code": "'ab'"}
    assert found.products == {"results/2018/tiles/T/samples.csv": FileDigest(2, digest(b"22"))}
    classes = InputFile("classes.csv", 1, Path("classes.csv").stat().st_mtime_ns, digest(b"1"))
    assert found.inputs == [classes, InputFile("results"), classes]
    assert list(job_records.read_all(Path("results")).values()) == [found]
    assert list(job_records.read_new(Path("results"), 4e9)) == []


def test_products_are_known_by_the_records_of_their_jobs(work: Path) -> None:
    job_records.write(script(*MAKING))
    made = Named(model="results/2018/tiles/T/run0/a.tif")
    (work / "results/2018/tiles/T/run0").mkdir()
    (work / "results/2018/tiles/T/run0/a.tif").write_bytes(b"333")
    job_records.write(script("logs/2018/tiles/T/map.log", MAKING[2], made))
    mapping = job_records.read("results/2018/records/tiles/T/map.json")
    assert mapping
    assert mapping.inputs == [InputFile("results/2018/tiles/T/samples.csv", 2, 0, digest(b"22"))]
    # From a folder further up, by a job of the whole year.
    job_records.write(script("logs/2018/report.log", made, Named(report="results/2018/tiles/T/samples.csv")))
    report = job_records.read("results/2018/records/report.json")
    assert report
    assert report.inputs == [InputFile("results/2018/tiles/T/run0/a.tif", 3, 0, digest(b"333"))]


def test_inputs_that_do_not_count_have_no_checksum(work: Path) -> None:
    job_records.write(script(MAKING[0], Named(table="classes.csv"), MAKING[2]), unwatched=("table", "grid"))
    found = job_records.read("results/2018/records/tiles/T/samples.json")
    assert found
    assert found.inputs == [InputFile("classes.csv")]


def test_a_product_elsewhere_has_no_record(work: Path) -> None:
    job_records.write(script("logs/demo.log", Named(), Named(archive="demo/archive")))
    assert not list(work.rglob("*.json"))


PARTS = '"log": [], "inputs": [], "products": {}}'
WHOLE = '{"format": "landloom job 1", "rule": "a", "params": {}, ' + PARTS


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": "landloom job 1"}',
        '{"format": "other", "rule": "a", "params": {}, ' + PARTS,
        '{"format": "landloom job 1", "rule": "a", "params": {"a": 1}, ' + PARTS,
        '{"format": "landloom job 1", "rule": "a", "params": [], ' + PARTS,
        WHOLE.replace('"inputs": []', '"inputs": [[["a"], 1, 1, "x"]]'),
        WHOLE.replace('"inputs": []', '"inputs": [[1, 1, 1, "x"]]'),
        WHOLE.replace('"inputs": []', '"inputs": [["a", 1, "x"]]'),
        WHOLE.replace('"products": {}', '"products": {"a": ["1", "x"]}'),
        WHOLE.replace('"products": {}', '"products": {"a": [true, "x"]}'),
        WHOLE.replace('"log": []', '"log": ' + "[" * 100_000),
    ],
)
def test_a_damaged_record_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    assert job_records.read(tmp_path / "a.json") is None
    (tmp_path / "a.json").write_text(WHOLE)
    assert job_records.read(tmp_path / "a.json") is not None
