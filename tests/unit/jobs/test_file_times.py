"""Files from the future: ours are dated anew, the user's are named."""

import os
import time
from pathlib import Path

import pytest

from landloom.core.errors import InputError
from landloom.jobs.file_times import MARGIN_S, mend_times


def write(path: Path, ahead_s: float) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("content")
    os.utime(path, (time.time() + ahead_s,) * 2)
    return path


def test_ours_are_given_the_present_time(tmp_path: Path):
    ours = tmp_path / "results"
    future = [write(ours / name, 1e6) for name in "ab"]
    past = write(ours / "c", -1e6)
    before = past.stat().st_mtime
    message = mend_times([*future, past, ours / "not there yet"], ours)
    assert f"{ours}/a is dated in the future (" in message
    assert "it and 1 others" in message
    assert all(abs(path.stat().st_mtime - time.time()) < 10 for path in future)
    assert past.stat().st_mtime == before
    assert mend_times([*future, past], ours) == ""


def test_those_of_the_user_are_named_and_left(tmp_path: Path):
    polygons = write(tmp_path / "polygons.gpkg", 1e6)
    before = polygons.stat().st_mtime
    with pytest.raises(InputError, match=r"polygons\.gpkg is dated in the future \(.*touch it"):
        mend_times([polygons], tmp_path / "results")
    assert polygons.stat().st_mtime == before


def test_clock_of_a_server_that_is_a_little_ahead(tmp_path: Path):
    assert mend_times([write(tmp_path / "polygons.gpkg", MARGIN_S / 2)], tmp_path / "results") == ""
