"""A few of the faults of `make test-faults`; and what a user sees of locks, folders and clocks."""

import os
import re
import shlex
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bad_input.test_disk import read_only
from faults.episodes import STAGES, Episode, LostError, draw, strike
from landloom.jobs import folder_locks

SAMPLE = {
    0: "workflow killed",
    31: "killed twice",
    46: "disk full (results)",
    83: "output bit-flipped",
    89: "interrupted",
}


@pytest.mark.long
@pytest.mark.parametrize("number", SAMPLE)
def test_fault_is_survived(number: int, up_to_date: Path, tmp_path: Path):
    assert draw(number).kind == SAMPLE[number]
    strike(number, up_to_date, tmp_path / "episode")


@pytest.fixture
def episode(up_to_date: Path, tmp_path: Path) -> Iterator[Episode]:
    """The mosaics of a finished project, to be made again."""
    shutil.copytree(up_to_date, tmp_path / "work")
    prepared = Episode(tmp_path / "work", STAGES["mosaics"], 0.1, np.random.default_rng(1))
    yield prepared
    prepared.end_all()


@pytest.mark.long
def test_lost_fault_is_noticed(episode: Episode):
    """If the checks of an episode missed a map that has other bytes, they would be void."""
    assert episode.run()[0] == 0
    confidence = episode.folder / "results/2018/map/run0/confidence.tif"
    content, status = confidence.read_bytes(), confidence.stat()
    confidence.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(confidence, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(LostError, match=r"not as in an undisturbed run: .*map/run0/confidence\.tif"):
        episode.need_survival()


@pytest.mark.long
def test_lock_that_may_be_held_elsewhere_is_explained(episode: Episode):
    """And the command that is given opens it."""
    process = episode.start_until_moment()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (note,) = (episode.folder / ".snakemake/runs").glob("*.json")
    note.write_text(note.read_text().replace(folder_locks.socket.gethostname(), "another"))
    code, terminal = episode.run()
    assert code != 0
    assert f"process {process.pid} of " in terminal
    assert " on another, since " in terminal
    assert "Traceback" not in terminal
    (command,) = re.findall(r"^  (snakemake --unlock .*)$", terminal, re.M)
    arguments = shlex.split(command)[1:]
    assert episode.command(*arguments) == 0
    episode.need_survival()


@pytest.mark.long
def test_read_only_folder_deep_in_the_results(episode: Episode):
    for counts in (episode.folder / "results/2018/map/run0").glob("*_counts.json"):
        counts.unlink()  # of files that are there, Snakemake says it
    with read_only(episode.folder / "results/2018/map/run0"):
        code, terminal = episode.run()
    assert code != 0
    assert "error: results/2018/map/run0: cannot be written in; mend its permissions" in terminal
    assert "Traceback" not in terminal
    assert "Finished jobid" not in terminal
    episode.need_survival()


@pytest.mark.long
def test_polygons_dated_in_the_future(episode: Episode):
    polygons = episode.folder / "data/2018/reference.gpkg"
    before = polygons.stat().st_mtime
    os.utime(polygons, (2_200_000_000,) * 2)
    (episode.folder / "results/2018/reference.gpkg").unlink()
    target = "results/2018/reference.gpkg"
    code, terminal = episode.run(target)
    assert code != 0
    assert "error: data/2018/reference.gpkg is dated in the future (2039-" in terminal
    assert "Finished jobid" not in terminal
    os.utime(polygons, (before, before))
    assert episode.run(target)[0] == 0
    episode.need_survival()
