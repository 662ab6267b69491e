"""Checksums are kept by size and time of change."""

from pathlib import Path

import pytest

from landloom.jobs.seen_files import TABLE, SeenFiles
from unit.jobs.recorded import digest


def test_the_table_is_kept_and_forgets(tmp_path: Path) -> None:
    seen = SeenFiles(tmp_path)
    files = {name: tmp_path / name for name in "ab"}
    for name, path in files.items():
        path.write_text(name)
    assert seen.read({str(path): path.stat() for path in files.values()}) == {
        str(path): digest(name.encode()) for name, path in files.items()
    }
    seen.save()
    again = SeenFiles(tmp_path)
    first, second = files.values()
    assert again.known(str(first), first.stat()) == digest(b"a")
    again.forget_others([str(first)])
    again.save()
    assert SeenFiles(tmp_path).known(str(second), second.stat()) == ""
    first.write_text("ab")
    assert again.known(str(first), first.stat()) == ""


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"a": [1, 2]}', '{"a": [1e999, 1, "a"]}', "[" * 100_000])
def test_a_damaged_table_is_empty(tmp_path: Path, content: str) -> None:
    (tmp_path / TABLE).parent.mkdir()
    (tmp_path / TABLE).write_text(content)
    assert SeenFiles(tmp_path).known(str(tmp_path), tmp_path.stat()) == ""


def test_a_file_that_cannot_be_read_is_no_file_that_is_known(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    status = (tmp_path / "a").stat()
    (tmp_path / "a").unlink()
    assert SeenFiles(tmp_path).read({str(tmp_path / "a"): status}) == {str(tmp_path / "a"): "unreadable"}
