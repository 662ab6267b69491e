"""What is not as its job made it is found, and nothing else."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from landloom.jobs import seen_files, stale_products
from landloom.jobs.stale_products import BY_OTHERS, OTHER_BYTES, OTHER_INPUT, Comparison
from landloom.provenance import job_records
from landloom.provenance.job_records import InputFile
from unit.jobs.recorded import CONTENTS, COUNTS, MAP, MODEL, digest, record, write_results

RESULTS = Path("results")


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_results()


def compared() -> Comparison:
    records = job_records.read_all(RESULTS)
    return stale_products.compare(records, RESULTS, lambda path: not path.endswith(".txt"))


def test_what_is_as_recorded() -> None:
    found = compared()
    assert (found.stale, found.unread) == ({}, [])
    assert sorted((one.rule, paths) for one, paths in found.right) == [
        ("classify", [MAP, COUNTS]),
        ("train", [MODEL]),
    ]
    assert stale_products.message(found) == ""


def test_other_bytes_of_a_product_and_what_was_made_of_it() -> None:
    Path(MODEL).write_bytes(b"Model")
    found = compared()
    assert found.stale == {
        MODEL: OTHER_BYTES,
        MAP: OTHER_INPUT.format(MODEL),
        COUNTS: OTHER_INPUT.format(MODEL),
    }
    assert stale_products.message(found).startswith(
        f"note: {COUNTS} is not as it was made (made of another {MODEL}); 2"
    )


def test_a_product_of_another_size_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(COUNTS).write_bytes(b"{  }")
    monkeypatch.setattr(seen_files, "MOST_READ_BYTES", 0)
    found = compared()
    assert found.stale == {COUNTS: OTHER_BYTES}
    assert found.unread == [MAP, MODEL, "classes.csv"]
    assert "the sizes alone" in stale_products.message(found)


def test_another_input_of_the_user() -> None:
    Path("classes.csv").write_bytes(b"Classes")
    assert compared().stale == {MODEL: OTHER_INPUT.format("classes.csv")}
    Path("classes.csv").unlink()
    assert compared().stale == {}  # Snakemake says what is missing


def test_what_a_read_would_never_end_is_not_read() -> None:
    """Records of others may name anything as what they were made of, and pipes may stand in the place of products."""
    Path(MAP).unlink()
    os.mkfifo(MAP)
    os.mkfifo("pipe")
    inputs = [InputFile(path, 7, 1, digest(b"a")) for path in ("pipe", "/dev/zero")]
    made = replace(record("train", ["classes.csv"], [MODEL]), inputs=inputs)
    job_records.write_to(job_records.path_of(made.log[0]), made)
    found = compared()
    assert (found.stale, found.gone) == ({}, [MAP])


def test_files_without_a_record() -> None:
    Path("results/2018/new.csv").write_text("")
    Path("results/2018/notes.txt").write_text("of the user")
    Path("results/2018/.hidden.csv").write_text("")
    assert compared().stale == {"results/2018/new.csv": BY_OTHERS}


def test_times_of_change_do_not_count_and_nothing_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in CONTENTS:
        os.utime(path, (1, 1))
    assert compared().stale == {}
    monkeypatch.setattr(seen_files, "_read", None)
    assert compared().stale == {}


def test_what_a_run_has_made_is_not_read_at_the_next_start(monkeypatch: pytest.MonkeyPatch) -> None:
    stale_products.see_new(job_records.read_all(RESULTS), RESULTS)
    os.utime("classes.csv", ns=(1, 1))
    monkeypatch.setattr(seen_files, "_read", None)
    assert compared().stale == {}


def test_a_product_that_two_rules_make_is_that_of_either() -> None:
    """Where objects are classified in place of pixels, another rule makes the same file; its older record stays."""
    other = record("classify_objects", [MODEL], [MAP], {**CONTENTS, MAP: b"objects"})
    job_records.write_to(job_records.path_of(other.log[0]), other)
    assert compared().stale == {}
    Path(MAP).write_bytes(b"objects")
    assert compared().stale == {}
    Path(MAP).write_bytes(b"neither")
    assert compared().stale == {MAP: OTHER_BYTES}


def test_a_file_of_the_user_has_changed_and_is_no_foreign_product():
    stale = {f"results/2018/{number}.tif": "made of another classes.csv" for number in range(10)}
    found = stale_products.Comparison(stale, [], [], {"results/2018/a.npz"})
    assert stale_products.message(found) == (
        "note: classes.csv has changed: 10 products made of it are made again where asked for."
    )
    both = stale_products.Comparison(stale | {"results/x": stale_products.BY_OTHERS}, [], [], ())
    assert stale_products.message(both).splitlines()[1] == (
        f"note: results/x is not as it was made ({stale_products.BY_OTHERS}): made again where it is asked for."
    )


def test_products_that_were_removed_are_named() -> None:
    assert compared().gone == []
    Path(MAP).unlink()
    assert (compared().stale, compared().gone) == ({}, [MAP])
