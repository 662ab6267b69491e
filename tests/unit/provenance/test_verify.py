import dataclasses
import datetime
import hashlib
import os

import pytest

from landloom.core.checksums import FileDigest
from landloom.core.version import VERSION
from landloom.prepared import prepared_table
from landloom.prepared.prepared_table import PreparedImage
from landloom.provenance import job_records, verify
from landloom.provenance import record as provenance
from landloom.provenance.job_records import JobRecord
from landloom.provenance.record import Code, Product, Source

PRODUCTS = {"map/a.tif": b"map", "dates.json": b"{}", "tiles/T/files.csv": b"files"}
INPUTS = {"archive/é è.zip": b"scene", "classes.csv": b"classes"}


def digest(content):
    return hashlib.sha256(content).hexdigest()


CODE = Code(VERSION, {}, {})


@pytest.fixture
def recorded(tmp_path):
    """Make a run's folder; return the path of its provenance."""
    run = tmp_path / "a run"
    results = run / "results/2018"
    for folder, contents in ((results, PRODUCTS), (run, INPUTS)):
        for name, content in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    found = provenance.document(
        "2018",
        {},
        CODE,
        {name: Product(len(content), digest(content), True) for name, content in PRODUCTS.items()},
        {name: Source(len(content), digest(content), "x") for name, content in INPUTS.items()},
    )
    provenance.write(found, results / "provenance.json")
    (results / "stac.json").write_text("{}")
    return results / "provenance.json"


def record_jobs(recorded, products, **others):
    """Write the records of the jobs that made some products, provenance and items."""
    own = {name: (recorded.parent / name).read_bytes() for name in ("provenance.json", "stac.json")}
    for rule, contents in {"map": products, "provenance": own, **others}.items():
        made = {
            f"results/2018/{name}": FileDigest(len(content), digest(content)) for name, content in contents.items()
        }
        record = JobRecord(rule, [f"logs/2018/{rule}.log"], {}, [], made)
        job_records.write_to(recorded.parent / "records" / f"{rule}.json", record)


def test_records_of_jobs_are_compared_too(recorded, capsys):
    results = recorded.parent
    (results / "map/a.qml").write_text("style")
    record_jobs(recorded, PRODUCTS, style={"map/a.qml": b"style", "map/run3/a.qml": b"style"})
    assert verify.verify(recorded)
    assert "no records of jobs" not in capsys.readouterr().out
    (results / "map/a.tif.aux.xml").write_text("<PAMDataset/>")
    (results / "map/a.qml").write_text("Style")
    (results / "map/run3").mkdir()
    (results / "map/run3/a.qml").write_text("style")  # of an earlier configuration, whose map is gone
    (results / "stac.json").write_text("[]")
    (results / "dates.json").rename(recorded.parents[2] / "moved")
    (results / "dates.json").symlink_to(recorded.parents[2] / "moved")
    assert not verify.verify(recorded)
    assert told(capsys) == [
        f"changed product: stac.json (sha256 {digest(b'{}')[:12]}..., now {digest(b'[]')[:12]}...)",
        "unexpected product: map/a.qml",
        "unexpected product: map/a.tif.aux.xml",
        "unexpected product: map/run3/a.qml",
        f"link product: dates.json (to {recorded.parents[2] / 'moved'})",
    ]


def test_a_product_without_a_record_and_a_signature_that_is_asked_for(recorded, tmp_path, capsys):
    record_jobs(recorded, {name: content for name, content in PRODUCTS.items() if name != "dates.json"})
    assert not verify.verify(recorded, signers=tmp_path / "signers")
    assert told(capsys) == [
        "made otherwise product: dates.json (no job has recorded these bytes)",
        "signature of: provenance.json (provenance.json.sig is missing)",
    ]


def told(capsys):
    """Return the lines about files."""
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines[:-1] if not line.startswith("note: ")]


def test_all_is_right(recorded, capsys):
    assert verify.verify(recorded, threads=2)
    assert capsys.readouterr().out.splitlines()[-1].endswith("all as recorded")


def test_every_difference_is_named(recorded, capsys):
    results, run = recorded.parent, recorded.parents[2]
    (results / "map/a.tif").write_bytes(b"mop")
    (results / "dates.json").write_bytes(b"{ }")
    (results / "tiles/T/files.csv").unlink()
    (results / "map/old.tif").write_bytes(b"of another configuration")
    (results / "map/.77.a.tif").write_bytes(b"of a killed job")
    (run / "archive/é è.zip").write_bytes(b"Scene")
    (run / "classes.csv").unlink()
    assert not verify.verify(recorded, threads=2)
    assert told(capsys) == [
        f"changed product: map/a.tif (sha256 {digest(b'map')[:12]}..., now {digest(b'mop')[:12]}...)",
        "changed product: dates.json (2 bytes, now 3)",
        "missing product: tiles/T/files.csv",
        f"changed input: archive/é è.zip (sha256 {digest(b'scene')[:12]}..., now {digest(b'Scene')[:12]}...)",
        "missing input: classes.csv",
        "unexpected product: map/old.tif",
    ]


def test_copies_of_images_are_checked_by_their_table(recorded, capsys):
    results, run = recorded.parent, recorded.parents[2]
    file = results / "tiles/T/prepared/s/a.tif"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"image")
    name = str(file.relative_to(run))
    image = PreparedImage("s", datetime.date(2018, 1, 1), "p", name, "source", 5, digest(b"image"))
    table = results / "tiles/T/prepared.csv"
    prepared_table.write([image], table)
    found = provenance.read(recorded)
    listed = {"tiles/T/prepared.csv": Product(table.stat().st_size, digest(table.read_bytes()), True)}
    provenance.write(dataclasses.replace(found, products={**found.products, **listed}), recorded)
    assert verify.verify(recorded)
    file.write_bytes(b"imago")
    capsys.readouterr()
    assert not verify.verify(recorded)
    assert told(capsys) == [
        f"changed copy: {name} (sha256 {digest(b'image')[:12]}..., now {digest(b'imago')[:12]}...)"
    ]
    assert verify.verify(recorded, only_products=True)


def test_what_is_not_verified_is_said(recorded, capsys):
    found = provenance.read(recorded)
    remote = {"https://host/x.tif": Source(0, "not verified: abc", "sensors.s2")}
    provenance.write(dataclasses.replace(found, inputs={**found.inputs, **remote}), recorded)
    assert verify.verify(recorded)
    assert "note: 1 inputs are remote or parts of files, not verified: https://host/x.tif" in capsys.readouterr().out


def test_products_alone_elsewhere(recorded, tmp_path, capsys):
    moved = tmp_path / "elsewhere"
    run = recorded.parents[2]
    recorded.parent.rename(moved)
    assert verify.verify(moved / "provenance.json", only_products=True)
    assert verify.verify(moved / "provenance.json", directory=run)
    capsys.readouterr()
    assert not verify.verify(moved / "provenance.json")
    assert sorted(told(capsys)) == ["missing input: archive/é è.zip", "missing input: classes.csv"]


def test_what_is_no_file_is_not_opened(recorded, capsys):
    """Opening a pipe that nobody writes to would wait for ever; a folder cannot be opened."""
    results = recorded.parent
    (results / "map/a.tif").unlink()
    os.mkfifo(results / "map/a.tif")
    (results / "dates.json").unlink()
    (results / "dates.json").mkdir()
    assert not verify.verify(recorded)
    assert told(capsys) == [
        "changed product: map/a.tif (is no longer a file)",
        "changed product: dates.json (is no longer a file)",
    ]


def test_a_path_cannot_steer_the_terminal_or_end_the_check(recorded, capsys):
    found = provenance.read(recorded)
    odd = {"\x1b[2Jgone": Source(1, "00", "x"), "a\0b": Source(1, "00", "x"), "x" * 5000: Source(1, "00", "x")}
    provenance.write(provenance.document("2018", {}, CODE, found.products, odd), recorded)
    assert not verify.verify(recorded)
    lines = told(capsys)
    assert lines[0] == "missing input: ?[2Jgone"
    assert lines[1].startswith("unreadable input: a?b")
    assert lines[2].startswith("unreadable input: xxx")


def test_changes_of_code_and_software_are_notes(recorded, capsys):
    found = provenance.read(recorded)
    text = recorded.read_text()
    assert f'"numpy": "{found.software["numpy"]}"' in text
    text = text.replace(f'"numpy": "{found.software["numpy"]}"', '"numpy": "0.1"')
    recorded.write_text(text.replace('"digests": {}', '"digests": {"train": "0", "gone": "1"}'))
    assert verify.verify(recorded)
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note: ")]
    assert f"note: numpy was 0.1, now {found.software['numpy']}" in notes
    assert any(note.startswith("note: code of rule train was 0, now ") for note in notes)
    assert "note: code of rule gone was 1, now missing" in notes
    assert len(notes) == 4  # and that there are no records of jobs


@pytest.mark.parametrize(("content", "code"), [(None, 0), (b'{"format"', 1), (b"[]", 1)])
def test_exit_codes(recorded, monkeypatch, capsys, content, code):
    if content is not None:
        recorded.write_bytes(content)
    monkeypatch.setattr("sys.argv", ["verify", str(recorded)])
    with pytest.raises(SystemExit) as ended:
        verify.main()
    assert ended.value.code == code
    assert (f"error: {recorded}: is damaged" in capsys.readouterr().out) == (content is not None)
