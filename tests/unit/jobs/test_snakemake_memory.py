"""Snakemake's memory of products says what the records say."""

import json
from pathlib import Path

import pytest
from snakemake import persistence
from snakemake.persistence.file import FilePersistence

from landloom.jobs import snakemake_memory, stale_products
from landloom.jobs.snakemake_memory import INCOMPLETE, METADATA
from landloom.provenance import job_records
from unit.jobs.recorded import COUNTS, MAP, MODEL, write_results

LONG = f"results/2018/{'long' * 60}/{'name' * 60}.tif"


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_results()


def in_line() -> FilePersistence:
    """Bring the memory in line with what is there; return it as Snakemake reads it."""
    found = stale_products.compare(job_records.read_all(Path("results")), Path("results"), lambda path: True)
    snakemake_memory.bring_in_line(found)
    return FilePersistence()


def test_the_format_is_that_of_the_installed_snakemake() -> None:
    assert persistence.RECORD_FORMAT_VERSION == snakemake_memory.RECORD_FORMAT_VERSION
    memory = FilePersistence()
    for path in (MAP, LONG):
        assert memory._record_path(str(METADATA), path) == f"{METADATA}/{snakemake_memory._name(path)}"


def test_a_memory_that_is_gone_is_made_again() -> None:
    memory = in_line()
    for path, rule, read in ((MODEL, "train", "classes.csv"), (MAP, "classify", MODEL), (COUNTS, "classify", MODEL)):
        entry = memory._read_record(path)
        assert entry
        assert (entry.rule, entry.params, entry.input) == (rule, [f"'{rule}'"], [read])
        assert entry.input_checksums[read].startswith("sha256:")
    assert not any(INCOMPLETE.iterdir())


def test_only_what_differs_is_written() -> None:
    in_line()
    name = METADATA / snakemake_memory._name(MAP)
    before = {path: path.stat().st_mtime_ns for path in METADATA.iterdir()}
    in_line()
    assert {path: path.stat().st_mtime_ns for path in METADATA.iterdir()} == before
    touched = json.loads(name.read_text()) | {"params": ["'as --touch says'"]}
    name.write_text(json.dumps(touched))
    entry = in_line()._read_record(MAP)
    assert entry
    assert entry.params == ["'classify'"]


def test_what_is_stale_is_marked_as_long_as_it_is() -> None:
    Path(MAP).write_bytes(b"Map")
    memory = in_line()
    assert memory._filter_incomplete_keys([MAP, COUNTS, MODEL]) == {MAP}
    assert memory._get_external_jobids([MAP]) == set()
    Path(MAP).write_bytes(b"map")
    assert in_line()._filter_incomplete_keys([MAP, COUNTS, MODEL]) == set()


def test_marks_of_snakemake_stay() -> None:
    FilePersistence()._mark_incomplete(MAP, "123")
    assert in_line()._get_external_jobids([MAP]) == {"123"}


def test_a_missing_product_keeps_its_entry_where_its_job_has_others() -> None:
    """Else Snakemake would compare nothing of that job."""
    Path(COUNTS).unlink()
    assert in_line()._read_record(COUNTS)
